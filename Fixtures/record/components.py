"""Records what each component of `tokenizers` does by itself, and what pipelines made of them give.

Oracle: tokenizers 0.23.3, and sentencepiece (PyPI), which compiles the rules of `Precompiled`.
Command, from the repository's root, after Fixtures/record/tokenizers.py, whose texts it reads:
  python Fixtures/record/components.py
Writes Fixtures/tokenizers/components.json, and NAME.tokenizer.json and NAME.golden.json for every
pipeline below. Running it again changes nothing.
"""

import base64
import importlib.util
import json
import pathlib
import sys
import tempfile

sys.path = [p for p in sys.path if not p.endswith("record")]  # a file there is named like the oracle
import sentencepiece  # noqa: E402
from tokenizers import Tokenizer, models, trainers  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "tokenizers"

spec = importlib.util.spec_from_file_location("recorder", HERE / "tokenizers.py")
recorder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(recorder)

RULES = """0041\t0061
00C4\t0061 0308
0061 0301\t00E1
0064 007A\t01C6
FF21\t0041
2026\t002E 002E 002E
00AD\t
200B\t0020
0009\t0020
4E00\t58F1 3068
1F600\t003A 0029
0065\t0045
0065 0323\t1EB9
006E 0303 0301\t00F1
"""


def fields(message):
    """(number, bytes) of the length-delimited fields of a protobuf message."""
    place = 0

    def number():
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while place < len(message):
        key = number()
        if key & 7 == 2:
            length = number()
            yield key >> 3, message[place:place + length]
            place += length
        elif key & 7 == 0:
            number()
        else:
            place += 4 if key & 7 == 5 else 8


def charsmap(rules=None, name=None):
    """The compiled rules of a SentencePiece model, in base64."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory)
        (path / "text").write_text("a b c d e\n" * 20)
        options = dict(input=str(path / "text"), model_prefix=str(path / "m"), vocab_size=12, minloglevel=2,
                       hard_vocab_limit=False)
        if rules:
            (path / "rules.tsv").write_text(rules)
            options["normalization_rule_tsv"] = str(path / "rules.tsv")
        else:
            options["normalization_rule_name"] = name
        sentencepiece.SentencePieceTrainer.train(**options)
        normalizer = dict(fields((path / "m.model").read_bytes()))[3]
        return base64.b64encode(dict(fields(normalizer))[2]).decode()


def component(kind, **options):
    return {"type": kind, **options}


def sequence(key, *parts):
    return {"type": "Sequence", key: list(parts)}


def bert(clean=True, chinese=True, strip=None, lower=True):
    return component("BertNormalizer", clean_text=clean, handle_chinese_chars=chinese, strip_accents=strip,
                     lowercase=lower)


def replace(pattern, content, kind="String"):
    return component("Replace", pattern={kind: pattern}, content=content)


def metaspace(scheme="always", split=True, replacement="\u2581"):
    return component("Metaspace", replacement=replacement, prepend_scheme=scheme, split=split)


def byte_level(prefix=True, regex=True):
    return component("ByteLevel", add_prefix_space=prefix, trim_offsets=True, use_regex=regex)


PRECOMPILED = component("Precompiled", precompiled_charsmap=charsmap(RULES))

# Those that look at every character by itself: also recorded for all that there are.
NORMALIZERS = [component(kind) for kind in
               ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel"]]
NORMALIZERS += [bert(), bert(lower=False), bert(clean=False, chinese=False, strip=True, lower=False),
                bert(strip=False), PRECOMPILED]
MORE_NORMALIZERS = [
    component("Strip", strip_left=left, strip_right=right) for left in (True, False) for right in (True, False)
] + [
    component("Prepend", prepend="\u2581"), component("Prepend", prepend=""),
    replace(" ", "\u2581"), replace("", "-"), replace("aa", "a"), replace(r"\s+", " ", "Regex"),
    replace(r"(?=\d)", "#", "Regex"), replace("e", "\u00e9\u00e9"),
    sequence("normalizers", component("NFKD"), component("StripAccents"), component("Lowercase")),
    sequence("normalizers", component("Strip", strip_left=True, strip_right=True), sequence("normalizers", component("Prepend", prepend="> "))),
    sequence("normalizers"),
]
PRE_TOKENIZERS = [component(kind) for kind in ["Whitespace", "WhitespaceSplit", "BertPreTokenizer", "UnicodeScripts"]]
PRE_TOKENIZERS += [component("Digits", individual_digits=flag) for flag in (True, False)]
PRE_TOKENIZERS += [component("Punctuation", behavior=behavior) for behavior in
                   ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]]
MORE_PRE_TOKENIZERS = [metaspace(scheme, split) for scheme in ("always", "first", "never") for split in (True, False)]
MORE_PRE_TOKENIZERS += [
    component("Punctuation"), component("FixedLength", length=3), component("FixedLength"),
    metaspace("first", True, "_"), component("Metaspace", replacement="\u2581", add_prefix_space=True),
    sequence("pretokenizers", component("WhitespaceSplit"), metaspace()),
    sequence("pretokenizers", component("WhitespaceSplit"), metaspace("first")),
    sequence("pretokenizers", component("Split", pattern={"String": "a"}, behavior="Removed", invert=False), metaspace("first")),
    sequence("pretokenizers", component("Split", pattern={"Regex": r"\w+"}, behavior="Contiguous", invert=True), component("Digits", individual_digits=True)),
    sequence("pretokenizers", byte_level(), component("Punctuation")),
    sequence("pretokenizers", metaspace("always", False), byte_level(regex=False)),
    sequence("pretokenizers"),
]
DECODERS = [
    byte_level(), component("ByteFallback"),
    component("Fuse"), component("BPEDecoder", suffix="</w>"), component("BPEDecoder", suffix=""),
    component("Strip", content=" ", start=1, stop=0), component("Strip", content="\u2581", start=2, stop=0),
    replace("\u2581", " "), replace("", "-"), replace(r"[aeiou]+", "*", "Regex"),
    metaspace(), metaspace("never"), metaspace("first"), component("WordPiece", prefix="##", cleanup=True),
    component("WordPiece", prefix="##", cleanup=False), component("WordPiece", prefix="", cleanup=False),
    component("CTC", pad_token="<pad>", word_delimiter_token="|", cleanup=True),
    component("CTC", pad_token="<pad>", word_delimiter_token="|", cleanup=False),
    sequence("decoders", replace("\u2581", " "), component("ByteFallback"), component("Fuse"),
             component("Strip", content=" ", start=1, stop=0)),
    sequence("decoders", component("ByteFallback"), metaspace(), byte_level()),
    sequence("decoders", component("Fuse"), replace(" ", "_")), sequence("decoders"),
]
TOKENS = [
    ["\u2581Hello", ",", "\u2581wor", "ld", "!"], ["<0xE4>", "<0xBD>", "<0xA0>", "x", "<0xE4>", "<0xBD>", "y", "<0xzz>", "<0x+1>"],
    ["<0x41>", "<0x42>"], ["hel", "##lo", "do", "not", "ca", "n't", ".", "##", "it", "'s", "I", "'m", "'ve", "?"],
    ["th", "e</w>", "en</w>d", "</w>"], ["\u0120the", "\u00c3", "\u00a9", "\u010a", "\u4f60", "\u00e4"],
    ["<pad>", "h", "h", "<pad>", "h", "|", "|", " ", "i", "i", " .", "<pad>"], ["\u2581", "\u2581\u2581\u2581a", " \u2581b\u2581", "  c  "],
    ["a"], [" ' ", " do not", "a ' b", " n't"], [" x", "  y", "\u2581\u2581\u2581"],
]


def loaded(**parts):
    """A component as `tokenizers` reads it from a file."""
    document = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
                "pre_tokenizer": None, "post_processor": None, "decoder": None,
                "model": {"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"}, **parts}
    return Tokenizer.from_str(json.dumps(document))


def digest(texts):
    return recorder.fnv([byte for text in texts for byte in [*text.encode(), 0]])


def block_text(block):
    """All characters of a block of 4096, apart from each other."""
    return "q".join(chr(c) for c in range(block << 12, (block + 1) << 12) if not 0xD800 <= c < 0xE000)


def components(texts):
    texts = [text for text in texts if 0 < len(text) < 700]
    # Every assigned character, and some of those for private use.
    blocks = [*range(0x24), 0xE0, 0xF0, 0x10F]

    def record(role, found, apply, every):
        entry = {"role": role, "component": found, "texts": [digest(apply(text)) for text in texts]}
        if every:
            entry["blocks"] = [digest(apply(block_text(block))) for block in blocks]
        return entry

    out = []
    for index, found in enumerate(NORMALIZERS + MORE_NORMALIZERS):
        normalizer = loaded(normalizer=found).normalizer
        out.append(record("normalizer", found, lambda text: [normalizer.normalize_str(text)], index < len(NORMALIZERS)))
    for index, found in enumerate(PRE_TOKENIZERS + MORE_PRE_TOKENIZERS):
        pre_tokenizer = loaded(pre_tokenizer=found).pre_tokenizer
        out.append(record("pre_tokenizer", found, lambda text: [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)],
                          index < len(PRE_TOKENIZERS)))
    decoded = [{"component": found, "decoded": [loaded(decoder=found).decoder.decode(tokens) for tokens in TOKENS]}
               for found in DECODERS]
    return {"blocks": blocks, "components": out, "tokens": TOKENS, "decoders": decoded}


def lines():
    text = (HERE.parent / "qwen2-kjv" / "calib.txt").read_text().splitlines()[:200]
    return text + ["caf\u00e9 na\u00efve \u4f60\u597d\u4e16\u754c \u3053\u3093\u306b\u3061\u306f don't 1234"] * 40


def trained(model, trainer, **parts):
    tokenizer = loaded(**parts)
    tokenizer.model = model
    tokenizer.train_from_iterator(lines(), trainer)
    return json.loads(tokenizer.to_str())


def special(name, identifier, **options):
    return {"id": identifier, "content": name, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False, "special": True, **options}


def template(vocabulary, *single, pair=()):
    def piece(name):
        return {"Sequence": {"id": name[1], "type_id": 0}} if name[0] == "$" else {"SpecialToken": {"id": name, "type_id": 0}}
    names = {name for name in [*single, *pair] if name[0] != "$"}
    return {"type": "TemplateProcessing", "single": [piece(name) for name in single],
            "pair": [piece(name) for name in pair or ["$A", "$B"]],
            "special_tokens": {name: {"id": name, "ids": [vocabulary[name]], "tokens": [name]} for name in names}}


def unigram(byte_fallback=False, unk=True, **parts):
    names = ["<pad>", "</s>", "<unk>"] + ([f"<0x{byte:02X}>" for byte in range(256)] if byte_fallback else [])
    document = trained(models.Unigram(), trainers.UnigramTrainer(
        vocab_size=600 + len(names), show_progress=False, special_tokens=names, unk_token="<unk>"), **parts)
    document["model"]["byte_fallback"] = byte_fallback
    document["model"]["vocab"] += [["<extra>", -3.5], ["\u4e16\u754c", -2], ["a" * 40, -9.25], ["  ", -5.5]]
    document["added_tokens"] = [entry for entry in document["added_tokens"] if not entry["content"].startswith("<0x")]
    if not unk:
        document["model"]["unk_id"] = None
    return document


def pipelines():
    out = {}
    t5 = unigram(normalizer=sequence("normalizers", PRECOMPILED, replace(" {2,}", " ", "Regex")),
                 pre_tokenizer=sequence("pretokenizers", component("WhitespaceSplit"), metaspace()), decoder=metaspace())
    vocabulary = {text: index for index, (text, _) in enumerate(t5["model"]["vocab"])}
    t5["post_processor"] = template(vocabulary, "$A", "</s>", pair=["$A", "</s>", "$B", "</s>"])
    t5["added_tokens"].append(special("<extra>", vocabulary["<extra>"], lstrip=True, rstrip=True))
    out["t5"] = t5

    out["unigram-whole"] = unigram(byte_fallback=True, normalizer=sequence("normalizers", component("NFKC")),
                                   pre_tokenizer=metaspace("first", False),
                                   decoder=sequence("decoders", component("ByteFallback"), metaspace("first")))
    out["unigram-bytes"] = unigram(pre_tokenizer=byte_level(prefix=False),
                                   decoder=byte_level())

    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    uncased = trained(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer(
        vocab_size=700, show_progress=False, special_tokens=names), normalizer=bert(),
        pre_tokenizer=component("BertPreTokenizer"), decoder=component("WordPiece", prefix="##", cleanup=True))
    vocabulary = uncased["model"]["vocab"]
    uncased["post_processor"] = template(vocabulary, "[CLS]", "$A", "[SEP]", pair=["[CLS]", "$A", "[SEP]", "$B", "[SEP]"])
    out["bert-uncased"] = uncased
    cased = json.loads(json.dumps(uncased))
    cased["normalizer"] = bert(lower=False, strip=False)
    cased["post_processor"] = component("BertProcessing", sep=["[SEP]", vocabulary["[SEP]"]], cls=["[CLS]", vocabulary["[CLS]"]])
    cased["model"]["max_input_chars_per_word"] = 7
    cased["decoder"] = component("WordPiece", prefix="##", cleanup=False)
    cased["truncation"] = {"direction": "Right", "max_length": 1 << 40, "strategy": "LongestFirst", "stride": 0}
    out["bert-cased"] = cased

    level = trained(models.WordLevel(unk_token="<unk>"), trainers.WordLevelTrainer(
        vocab_size=500, show_progress=False, special_tokens=["<unk>", "<s>", "</s>"]),
        normalizer=sequence("normalizers", component("NFD"), component("StripAccents"), component("Lowercase")),
        pre_tokenizer=component("Whitespace"))
    ids = {name: level["model"]["vocab"][name] for name in ["<s>", "</s>"]}
    level["post_processor"] = component("RobertaProcessing", sep=["</s>", ids["</s>"]], cls=["<s>", ids["<s>"]],
                                        trim_offsets=True, add_prefix_space=False)
    out["wordlevel"] = level

    # As Llama 2 and Gemma: one piece, spaces as marks, bytes for what is unknown.
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    llama2 = trained(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True), trainers.BpeTrainer(
        vocab_size=750, show_progress=False, special_tokens=["<unk>", "<s>", "</s>", *pieces]),
        normalizer=sequence("normalizers", component("Prepend", prepend="\u2581"), replace(" ", "\u2581")),
        decoder=sequence("decoders", replace("\u2581", " "), component("ByteFallback"), component("Fuse"),
                         component("Strip", content=" ", start=1, stop=0)))
    llama2["added_tokens"] = llama2["added_tokens"][:3]
    vocabulary = llama2["model"]["vocab"]
    llama2["post_processor"] = template(vocabulary, "<s>", "$A")
    out["llama2"] = llama2
    first = json.loads(json.dumps(llama2))
    first["normalizer"] = None
    first["pre_tokenizer"] = metaspace("first", False)
    first["post_processor"] = sequence("processors", template(vocabulary, "<s>", "$A"), template(vocabulary, "$A", pair=["$A", "$B", "</s>"]))
    out["llama-first"] = first

    clip = trained(models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>"), trainers.BpeTrainer(
        vocab_size=600, show_progress=False, special_tokens=["<|startoftext|>", "<|endoftext|>"], end_of_word_suffix="</w>"),
        normalizer=sequence("normalizers", component("NFC"), replace(r"\s+", " ", "Regex"), component("Lowercase")),
        pre_tokenizer=sequence("pretokenizers", component("Split", pattern={"Regex": r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"},
                               behavior="Removed", invert=True), byte_level(prefix=False)),
        decoder=sequence("decoders", byte_level(),
                         component("BPEDecoder", suffix="</w>")))
    ids = [[name, clip["model"]["vocab"][name]] for name in ["<|endoftext|>", "<|startoftext|>"]]
    clip["post_processor"] = sequence("processors", component("BertProcessing", sep=ids[0], cls=ids[1]))
    out["clip"] = clip

    normal = trained(models.BPE(), trainers.BpeTrainer(vocab_size=500, show_progress=False),
                     normalizer=sequence("normalizers", component("NFC"), component("ByteLevel")),
                     pre_tokenizer=sequence("pretokenizers", component("Digits", individual_digits=True), component("FixedLength", length=6)),
                     decoder=byte_level())
    normal["added_tokens"] = [special(name, len(normal["model"]["vocab"]) + index, special=False, normalized=True, single_word=word)
                              for index, (name, word) in enumerate([("norm\u00e9", False), ("word", True), ("whole", False)])]
    out["byte-normalizer"] = normal
    return out


def main():
    entries = json.loads((OUT / "texts.json").read_text())
    found = components([recorder.text_of(entry) for entry in entries])
    compact = dict(ensure_ascii=True, separators=(",", ":"))
    (OUT / "components.json").write_text(json.dumps(found, **compact).replace('{"role"', '\n{"role"').replace('{"component"', '\n{"component"') + "\n")
    for name, document in pipelines().items():
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        (OUT / f"{name}.tokenizer.json").write_text(text + "\n")
        tokenizer = Tokenizer.from_str(text)
        tokenizer.no_truncation()
        golden = json.dumps(recorder.golden(tokenizer, entries), **compact)
        (OUT / f"{name}.golden.json").write_text(golden.replace('{"ids"', '\n{"ids"') + "\n")


if __name__ == "__main__":
    main()
