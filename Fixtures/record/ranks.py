"""Records what Qwen's first tokenizer class says, for a small qwen.tiktoken made here.

Oracles: tiktoken 0.14.0 (PyPI) with the pattern and the special tokens of Qwen-7B's
tokenization_qwen.py, after unicodedata of Python 3.11 (Unicode 14); and llama.cpp's own
`_set_vocab_qwen` of commit 0c1e57098bba as in llama-cpp-python 0.3.36.
Command, from the repository's root:
  PYTHONPATH=<llama.cpp>:<llama.cpp>/gguf-py python Fixtures/record/ranks.py [qwen.tiktoken TEXTS IDS]
Writes Fixtures/tokenizers/qwen.tiktoken and qwen.golden.json. Running it again changes nothing.
"""

import base64
import importlib.util
import json
import pathlib
import random
import sys
import tempfile
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
sys.path = [p for p in sys.path if pathlib.Path(p or ".").resolve() != HERE]  # has a `tokenizers`
spec = importlib.util.spec_from_file_location("record_tokenizers", HERE / "tokenizers.py")
shared = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shared)

import tiktoken  # noqa: E402
from conversion.base import TextModel  # noqa: E402
from tokenizers import Regex, pre_tokenizers  # noqa: E402
import transformers  # noqa: E402

OUT = shared.OUT
BYTES = {character: byte for byte, character in
         __import__("transformers.convert_slow_tokenizer", fromlist=["x"]).bytes_to_unicode().items()}
SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + [f"<|extra_{i}|>" for i in range(205)]
PADDED = 1280


def ranks():
    """256 bytes in the order of Qwen's own file, and what was learned from the fixtures' text."""
    tokenizer = shared.trained(pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(shared.QWEN2), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]), 1050)
    vocabulary = tokenizer.get_vocab()
    return {bytes(BYTES[c] for c in token): rank
            for token, rank in sorted(vocabulary.items(), key=lambda entry: entry[1])}


class QWenTokenizer:
    """The part of the original class that encodes, and what the converter asks it for."""

    def __init__(self, mergeable_ranks):
        self.mergeable_ranks = mergeable_ranks
        self.special_tokens = {t: i for i, t in enumerate(SPECIALS, len(mergeable_ranks))}
        self.encoding = tiktoken.Encoding(
            "Qwen", pat_str=shared.QWEN2, mergeable_ranks=mergeable_ranks,
            special_tokens=self.special_tokens)

    def get_vocab(self):
        return {**self.mergeable_ranks, **self.special_tokens}

    def encode(self, text):
        return self.encoding.encode(unicodedata.normalize("NFC", text), allowed_special="all",
                                    disallowed_special=())


def converted(tokenizer, config, tokenizer_config):
    """The keys that the converter writes, in order."""
    entries = []

    class Writer:
        def __getattr__(self, name):
            return lambda value: entries.append([name.removeprefix("add_"), value])

    class Model:
        get_vocab_base_pre = staticmethod(lambda tokenizer: "qwen2")  # by hash: of the real one it is

    transformers.AutoTokenizer.from_pretrained = lambda *_, **__: tokenizer
    with tempfile.TemporaryDirectory() as directory:
        model = Model()
        model.dir_model, model.hparams, model.gguf_writer = pathlib.Path(directory), config, Writer()
        (model.dir_model / "config.json").write_text(json.dumps(config))
        (model.dir_model / "tokenizer_config.json").write_text(json.dumps(tokenizer_config))
        TextModel._set_vocab_qwen(model)
    return entries


def qwen_texts():
    rng = random.Random(151643)
    parts = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|extra_0|>", "<|extra_204|>",
             "<|extra_205|>", "<|extra_", "|>", "the ", "e\u0301", "\u1100\u1161\u11a8", "\r\n", "   ",
             "12", "'LL", "'\u017f", "\u4f60\u597d", "\x00", "\u200d", "\U0001F44D\U0001F3FD", "\n\n",
             # Marks and compositions of Unicode 10 to 14, and a mark of Unicode 15.
             "\U00011935\U00011930", "a\u1df9\u0323", "b\U00010ec0\u0301", "c\u0898\u0316", "d\u0301\u0ece"]
    return ["".join(rng.choice(parts) for _ in range(rng.randint(1, 16))) for _ in range(120)]


def main():
    if len(sys.argv) == 4:  # by hand: ids of a JSON array of texts by the real vocabulary
        real = {base64.b64decode(t): int(r) for t, r in (
            line.split() for line in pathlib.Path(sys.argv[1]).read_bytes().splitlines() if line)}
        tokenizer = QWenTokenizer(real)
        texts = json.loads(pathlib.Path(sys.argv[2]).read_text())
        pathlib.Path(sys.argv[3]).write_text(json.dumps([tokenizer.encode(text) for text in texts]))
        return
    vocabulary = ranks()
    text = b"".join(base64.b64encode(t) + b" %d\n" % r for t, r in vocabulary.items())
    (OUT / "qwen.tiktoken").write_bytes(text)
    tokenizer = QWenTokenizer(vocabulary)
    entries = json.loads((OUT / "texts.json").read_text())
    cases = [shared.record(tokenizer.encode(shared.text_of(entry))) for entry in entries]
    own = [[text, tokenizer.encode(text)] for text in qwen_texts()]
    plain = converted(tokenizer, {"vocab_size": PADDED}, {"tokenizer_class": "QWenTokenizer"})
    named = converted(tokenizer, {"vocab_size": PADDED, "eos_token_id": 1051, "pad_token_id": 1050},
                      {"bos_token": "<|im_start|>", "add_bos_token": False, "chat_template": "T"})
    golden = {"cases": cases, "own": own, "gguf": plain,
              "named": [entry for entry in named if not isinstance(entry[1], list)]}
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}"
             for key, value in golden.items()]
    (OUT / "qwen.golden.json").write_text("{" + ",\n".join(lines) + "}\n")


main()
