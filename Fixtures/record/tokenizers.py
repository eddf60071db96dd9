"""Records what `tokenizers` says: ids, decoded text and splits, for small tokenizers made here.

Oracles: tokenizers 0.23.3 (PyPI), and for the special tokens of a model llama.cpp's own gguf-py, of
commit 0c1e57098bba as in llama-cpp-python 0.3.36: it has rules that PyPI's gguf 0.19.0 lacks.
Command, from the repository's root:
  PYTHONPATH=<llama.cpp>/gguf-py python Fixtures/record/tokenizers.py
Writes Fixtures/tokenizers/*.json. Running it again changes nothing.
"""

import base64
import json
import pathlib
import random
import sys
import tempfile

sys.path = [p for p in sys.path if not p.endswith("record")]  # this file is named like the oracle
import gguf  # noqa: E402
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers,  # noqa: E402
                        pre_tokenizers, processors, trainers)

ROOT = pathlib.Path(__file__).resolve().parents[1]
OUT = ROOT / "tokenizers"
LONG = 120  # longer lists of ids are recorded as count and hash

QWEN2 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")
LLAMA3 = QWEN2.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def fnv(ids):
    value = 0xCBF29CE484222325
    for number in ids:
        for byte in number.to_bytes(4, "little"):
            value = ((value ^ byte) * 0x100000001B3) % 2**64
    return f"{value:016x}"


def record(ids):
    return ids if len(ids) <= LONG else {"count": len(ids), "fnv": fnv(ids)}


def texts():
    """Each text is a string, {"repeat", "count"} or {"base64"} where it is not UTF-8."""
    rng = random.Random(20260)
    plain = [
        "", " ", "\n", "a", "Hello, world!", "It's we'll I'VE he'D they'rE don'\u017f \u212a",
        "In the beginning God created the heaven and the earth.\r\n\r\nAnd\tthe earth",
        "x    y     z      \n   \n\n  \t \r\n trailing   ", " " * 300 + "x" + " " * 300,
        "1 12 123 1234 12345 3.14159 1,000,000 \u0663\u0664\u0665 \u2167 \u00bd\u00b2 x2y",
        "caf\u00e9 cafe\u0301 \u00c5ngstr\u00f6m A\u030angstro\u0308m \u1e69 s\u0323\u0307 s\u0307\u0323",
        "\u1100\u1161\u11a8 \uac01 \uac00\u11a8 \u0915\u093c \u0958 \u212b \u2126 \u00c5",
        "\U0001F469\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466 \U0001F44D\U0001F3FD \U0001F1F3\U0001F1F1 \u2764\ufe0f",
        "\u4f60\u597d\uff0c\u4e16\u754c\u3002\u3053\u3093\u306b\u3061\u306f \uc548\ub155 \u043f\u0440\u0438\u0432\u0435\u0442 \u0645\u0631\u062d\u0628\u0627",
        "\u0e01\u0e32\u0e23 \u0928\u092e\u0938\u094d\u0924\u0947 \u1780\u17b6\u1793\u17cb",
        "".join(chr(c) for c in range(0x20)), "\x7f\x80\x85\u00a0\u00ad\u1680\u180e\u200b\u2028\u2029\u202f\u205f\u3000\ufeff\ufffd",
        "<|endoftext|>a<|im_start|>user\nhi<|im_end|> <|im_start|x> <|endoftext|><|endoftext|>",
        "<|begin|>text<|end|> <|begin|", "the<LSTRIP>  and  <LSTRIP>  the \n<RSTRIP> \n the<BOTH>  ",
        " <BOTH>  <BOTH>  word words word. a.word awordb word_ _word \u00e9word word\u0301 word",
        "norm\u00e9 norme\u0301 raw\u00e9 rawe\u0301 NORM", "unwhole unwholed un whole whole wholewhole",
        "\u0120\u010a \u00b2 \u00ff\u0100\u0143\u0144 \u0122",
        "def f(x):\n\treturn x**2  # comment\n\n\n    pass\n",
        "https://example.org/?q=a%20b&c=[1,2]#frag --flag=\"v\" {a:b} (c) <d/> \u2014 \u2026 \u00ab\u00bb",
        "ffi fi fl st ss \u00df \ufb01 \ufb06 SS SSS", "abc##def</w> unk\u4e00\u4e01 q\u00e9q",
    ]
    out = list(plain)
    # Every plane: assigned characters of old Unicode versions, at random.
    pools = [(0x20, 0x7e), (0xa1, 0x24f), (0x300, 0x36f), (0x370, 0x3ff), (0x400, 0x52f),
             (0x5d0, 0x5ea), (0x620, 0x65f), (0x904, 0x94d), (0xe01, 0xe3a), (0x1100, 0x1112),
             (0x1161, 0x1175), (0x11a8, 0x11c2), (0x1e00, 0x1eff), (0x2000, 0x206f),
             (0x2190, 0x22ff), (0x3041, 0x30ff), (0x4e00, 0x9fa5), (0xac00, 0xd7a3),
             (0xf900, 0xfa2d), (0xff01, 0xff60), (0x10400, 0x1044f), (0x1d400, 0x1d454),
             (0x1f300, 0x1f64f), (0x20000, 0x2a6d6), (0x2f800, 0x2fa1d), (0xe0100, 0xe01ef),
             (0xf0000, 0xf00ff), (0x100000, 0x1000ff)]
    for _ in range(60):
        characters = []
        for _ in range(rng.randint(1, 24)):
            low, high = rng.choice(pools)
            characters.append(chr(rng.randint(low, high)) * rng.choice([1, 1, 1, 2, 3]))
            if rng.random() < 0.3:
                characters.append(rng.choice(" \n\r\t  "))
        out.append("".join(characters))
    marks = "\u0301\u0323\u0344\u0f73\u05b0\u0345\u0f81\u0302\u0327"
    out += ["".join(rng.choice(marks) for _ in range(n)) for n in (9, 40, 80)]
    out += ["a" + "".join(rng.choice(marks) for _ in range(90)), "\uac00" + "\u11a8" * 60]
    # Marks that are newer than the reference's tables stay where they are.
    out.append("a\u0301\u0316 \u1dfb\u0301\u0316 \u0eb8\u0eba \u1ac1\u0301\u0316 x\u1df6\u0323\u0301 \u1133b\U00011938")
    out += [{"repeat": "a", "count": 100_000}, {"repeat": "thebeginning", "count": 8_000},
            {"repeat": " ", "count": 20_000}, {"repeat": "\u00e9e\u0301", "count": 5_000},
            {"repeat": "1", "count": 1_000}, {"repeat": "'s \n", "count": 2_000}]
    out += [{"base64": base64.b64encode(raw).decode()} for raw in [
        b"\xff\xfe", b"a\xc3", b"\xe4\xbd the \xf0\x9f\x98 x", b"\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80",
        b"ok\x80\x80\xe2\x82\xe2\x82\xac\xf1"]]
    return out


def text_of(entry):
    if isinstance(entry, str):
        return entry
    if "repeat" in entry:
        return entry["repeat"] * entry["count"]
    return base64.b64decode(entry["base64"]).decode("utf-8", errors="replace")


def trained(pre_tokenizer, size, initial=True, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    tokenizer.pre_tokenizer = pre_tokenizer
    lines = (ROOT / "qwen2-kjv" / "calib.txt").read_text().splitlines()[:200]
    lines += ["caf\u00e9 na\u00efve \u4f60\u597d\u4e16\u754c \u3053\u3093\u306b\u3061\u306f"] * 40
    lines += ["    return x\n\n", "1234567890", "the beginning"] * 40
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=size, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if initial else []))
    return tokenizer


def without_spaces(tokenizer):
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))


def made():
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)

    llama = trained(pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(LLAMA3), "isolated"), byte_level]), 420)
    llama.decoder = decoders.ByteLevel()
    llama.add_special_tokens(["<|begin|>", "<|end|>"])
    llama.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|begin|> $A", pair="<|begin|> $A $B",
                                      special_tokens=[("<|begin|>", llama.token_to_id("<|begin|>"))])])
    document = json.loads(llama.to_str())
    document["model"]["ignore_merges"] = True
    # Tokens that no merge makes: only ignore_merges finds them.
    last = max(document["model"]["vocab"].values())
    specials = document["added_tokens"]
    for index, token in enumerate(["\u0120unwhole", "unwhole", "\u0120hello", "Hello"]):
        document["model"]["vocab"][token] = last + 1 + index
    for entry in specials:
        entry["id"] += 4
    document["post_processor"]["processors"][1]["special_tokens"]["<|begin|>"]["ids"] = [last + 5]
    llama = Tokenizer.from_str(json.dumps(document))

    gpt2 = trained(pre_tokenizers.ByteLevel(add_prefix_space=True, use_regex=True), 400)
    gpt2.decoder = decoders.ByteLevel()
    gpt2.normalizer = normalizers.Sequence([normalizers.NFC()])
    gpt2.post_processor = processors.ByteLevel(trim_offsets=True)
    gpt2.add_special_tokens(["<|endoftext|>"])
    gpt2.add_tokens([
        AddedToken("<LSTRIP>", lstrip=True, normalized=False),
        AddedToken("<RSTRIP>", rstrip=True, normalized=False),
        AddedToken("<BOTH>", lstrip=True, rstrip=True, normalized=True),
        AddedToken("word", single_word=True, normalized=False),
        AddedToken("norme\u0301", normalized=True), AddedToken("rawe\u0301", normalized=False),
        AddedToken("  ", normalized=True), AddedToken("wholewhole", normalized=True),
        AddedToken("whole", normalized=True)])

    digits = trained(pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Punctuation("isolated"),
        pre_tokenizers.Split(" ", "merged_with_next"),
        pre_tokenizers.Split(Regex(r"\n+"), "merged_with_previous"), byte_level]), 400)
    digits.decoder = decoders.ByteLevel()

    falcon = trained(pre_tokenizers.Sequence([
        pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.ByteLevel(add_prefix_space=False),
        pre_tokenizers.Digits(individual_digits=False),
        pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated")]), 400)
    falcon.decoder = decoders.ByteLevel()
    falcon.add_special_tokens(["<|endoftext|>"])
    end = falcon.token_to_id("<|endoftext|>")
    falcon.post_processor = processors.TemplateProcessing(
        single="<|endoftext|> $A <|endoftext|>", pair="$A $B", special_tokens=[("<|endoftext|>", end)])

    words = trained(pre_tokenizers.Split(Regex(r"\s+"), "removed"), 300, initial=False,
                    unk_token="[UNK]", continuing_subword_prefix="##", end_of_word_suffix="</w>",
                    fuse_unk=True)
    document = json.loads(words.to_str())
    vocabulary = document["model"]["vocab"]
    if "[UNK]" not in vocabulary:
        vocabulary["[UNK]"] = max(vocabulary.values()) + 1
    words = Tokenizer.from_str(json.dumps(document))

    document = json.loads(words.to_str())
    document["model"]["fuse_unk"] = False
    document["model"]["byte_fallback"] = True
    vocabulary = document["model"]["vocab"]
    for byte in [0xC3, 0xA9, 0x31, 0x3C, 0x2F, 0x77, 0x3E]:
        vocabulary[f"<0x{byte:02X}>"] = max(vocabulary.values()) + 1
    fallback = Tokenizer.from_str(json.dumps(document))

    return {"llama3": llama, "gpt2": gpt2, "digits": digits, "falcon": falcon, "words": words,
            "fallback": fallback}


def golden(tokenizer, entries):
    cases = []
    for entry in entries:
        text = text_of(entry)
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        case = {"ids": record(ids)}
        decoded = tokenizer.decode(ids, skip_special_tokens=False)
        if decoded != text and len(decoded) < 1000:
            case["decoded"] = decoded
        skipped = tokenizer.decode(ids, skip_special_tokens=True)
        if skipped != decoded:
            case["skipped"] = skipped
        cases.append(case)
    special = tokenizer.encode("the end", add_special_tokens=True).ids
    return {"special": special, "cases": cases}


def splits():
    """Patterns and what Oniguruma cuts with them."""
    cases = []

    def add(pattern, text, behavior="isolated", invert=False):
        pieces = pre_tokenizers.Split(Regex(pattern), behavior, invert).pre_tokenize_str(text)
        cases.append([pattern, behavior, invert, text, [piece for piece, _ in pieces]])

    spaces = "a\tb\x0bc\x0cd\x85e\u00a0f\u1680g\u180eh\u2003i\u200bj\u2028k\u202fl\u3000m\ufeffn\x1co"
    for pattern in [r"\s", r"\S+", r"[\s]+", r"[^\s]+", r"[\S\n]", r"\h+", r"\H+", r"\v", r"[[:space:]]+",
                    r"[[:^space:]]+", r"[[:blank:]]", r"[[:cntrl:]]", r"\p{Space}", r"[\x{85}\xA-\x0c]"]:
        add(pattern, spaces)
    words = "_a1\u00e9e\u0301\u0661\u203f\u200d\u24b6\u00b2\u2167 \u0915\u093f-\u5b57\u3006\u30fc"
    for pattern in [r"\w+", r"\W+", r"\d", r"\D+", r"\b", r"\B", r"[[:word:]]+", r"[[:alpha:]]+",
                    r"[[:alnum:]]+", r"[[:digit:]]", r"[[:xdigit:]]+", r"\p{Han}+", r"\P{Han}+",
                    r"\p{^L}+", r"\p{Letter}", r"\p{Lu}|\p{Ll}", r"[\p{L}\p{M}]+", r"[^\p{L}]",
                    r"\p{Katakana}", r"\p{alpha}+", r"[\W\d]+"]:
        add(pattern, words)
    add(r"[[:punct:]]", "a$b+c<d=e>f^g`h|i~j.k!l\u20acm\u2014n\u00a7o")
    add(r"\p{Punct}", "a$b+c<d=e>f^g`h|i~j.k!l\u20acm\u2014n\u00a7o")
    add(r"[[:lower:]]|[[:upper:]]{2}", "aBCd\u00c9\u00c8\u01c5\u00aa\u24d0")
    for pattern, text in [
        (r"(?i:'s|'ll|k)", "'s'S'\u017f'LL'Ll kK\u212a"), (r"(?i)ab|c", "abABcC"),
        (r"x|(?i)ab|c", "xXabABcC"), (r"(?i:a(?-i:b)c)", "abcABCAbC"), (r"a$", "a\na\n\naa"),
        (r"^a", "aa\na\n\na"), (r"^", "a\nb\n"), (r"$", "a\nb\n"), (r".+", "ab\r\ncd\u2028e"),
        (r"\Aa|b\z|c\Z", "aabbc\nb"), (r"a{3}+", "a" * 10), (r"a{2}?b", "aabab"),
        (r"a{,2}b", "aaabb"), (r"a{2,3}?", "a" * 7), (r"a{2,}", "aabaaa"), (r"a{x}", "a{x}a{1}"),
        (r"a{}", "a{}a"), (r"a?+a", "aa"), (r"a++b|a", "aaab aa"), (r"(?>a+)b", "aabaa"),
        (r"[a-c&&[^b]]+", "aabbccd"), (r"[^a-c&&[b-z]]", "abcde"), (r"[a[x-z]]+", "axbyz"),
        (r"[a[^b-z]]", "abcA-"), (r"[^a[x-z]]", "axb"), (r"[]a]+", "]ab[]"), (r"[a\]b]", "a]b\\"),
        (r"[a-]", "a-b"), (r"[-a]", "a-b"), (r"[\b]", "a\x08b"), (r"[$.*+?(){}|^]", "a$.*+?(){}|^b"),
        (r"\$\.\*\-\/\#\ ", "$.*-/# x"), (r"\u0041\x42\x{43}", "ABCABC"), (r"a#b c", "a#b c"),
        (r"(?=[0-9]{3}(?:[0-9]{3})*$)", "1234567"), (r"(?<=a)b|(?<!a)c", "abcacbb"),
        (r"(?<name>a)(?:b)(c)", "abcabc"), (r"(?#note)a", "aba"), (r"(a|b)*c", "ababcc"),
        (r"|a", "aab"), (r"a*", "baac"), (r"\u4f60+", "\u4f60\u4f60\u597d"), (r"\t|\e|\a|\f|\r", "a\tb\x1bc\x07d\x0ce\rf"),
        (r"\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))", "1234567 12 123 1234"),
        (r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+", "AB\u4f60\u0301\u3042c"),
    ]:
        add(pattern, text)
    # Characters of Unicode 15, 15.1 and 16.
    newer = "a\U00031350b\U0001e030\U0001e08f \U0002ebf0\u1c89\U000105c0\U00016d70\U0001e4f1!\u31ef\u2427\U00011b00 \U0001fadf\u0897"
    for pattern in [QWEN2, r"\w+", r"\W+", r"\p{Han}+", r"[^\p{L}\p{N}]+", r"\p{Mn}", r"\P{Lo}+", r"\d+", r"[[:punct:]]+",
                    r"[[:alpha:]]+", r"\p{So}"]:
        add(pattern, newer)
    for behavior in ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]:
        for invert in [False, True]:
            for pattern, text in [("-", "-a--b-c-"), (r"(?=\d)", "a12b3"), (r"\d+|(?=x)", "x1xx22y-")]:
                add(pattern, text, behavior, invert)
    return cases


def special_tokens():
    """Configurations, and which special tokens gguf-py finds in them, in which order."""
    names = ["<s>", "</s>", "<pad>", "<unk>", "<sep>", "<cls>", "<mask>", "<end>"]
    added = [{"id": 10 + i, "content": name, "special": True} for i, name in enumerate(names)]

    def special(name):
        return {"SpecialToken": {"id": name, "type_id": 0}}

    a, b = ({"Sequence": {"id": x, "type_id": 0}} for x in "AB")

    def template(single, pair):
        return {"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": {
            name: {"id": name, "ids": [10 + i], "tokens": [name]} for i, name in enumerate(names)}}

    begin = template([special("<s>"), a], [special("<s>"), a, b])
    both = template([special("<s>"), a, special("</s>")],
                    [special("<s>"), a, special("</s>"), b, special("</s>")])
    bert = template([special("<cls>"), a, special("<sep>")],
                    [special("<cls>"), a, special("<sep>"), b, special("<sep>")])
    doubled = template([a], [a, special("<sep>"), special("<sep>"), b])
    sequence = {"type": "Sequence", "processors": [{"type": "ByteLevel"}, begin]}
    plain = {"bos_token": "<s>", "eos_token": "</s>"}
    cases = [
        (None, None, None), (None, None, {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": None}),
        (None, plain, {"pad_token_id": 3, "eos_token_id": 4}),
        (None, {"eos_token": "</s>", "pad_token": {"content": "<pad>"}, "unk_token": "<absent>"},
         {"bos_token_id": 5, "unk_token_id": 6, "mask_token_id": 999}),
        (None, {**plain, "add_bos_token": True, "add_eos_token": False, "add_sep_token": "no"}, {}),
        (begin, plain, {}), (begin, None, {"bos_token_id": 1}), (begin, {"bos_token": "<cls>"}, {}),
        (begin, {**plain, "add_bos_token": False}, {}), (sequence, plain, {}), (both, plain, {}),
        (both, {"bos_token": "<s>", "eos_token": "<end>"}, {}), (both, {}, {}),
        (bert, {"cls_token": "<cls>", "sep_token": "<sep>", "mask_token": "<mask>"}, {}),
        (doubled, {**plain, "sep_token": "<sep>"}, {}), (doubled, plain, {}),
        (None, plain, {"eos_token_id": [1, 2], "text_config": {"pad_token_id": 7}}),
    ]
    results = []
    for processor, config, model_config in cases:
        tokenizer = {"added_tokens": added, "post_processor": processor,
                     "model": {"type": "BPE", "vocab": {}, "merges": []}}
        with tempfile.TemporaryDirectory() as directory:
            for name, value in [("tokenizer", tokenizer), ("tokenizer_config", config), ("config", model_config)]:
                if value is not None:
                    (pathlib.Path(directory) / f"{name}.json").write_text(json.dumps(value))
            found = gguf.SpecialVocab(directory, load_merges=True, n_vocab=100)
        results.append({"tokenizer": tokenizer, "config": config, "model": model_config,
                        "ids": list(found.special_token_ids.items()),
                        "add": list(found.add_special_token.items())})
    return results


def main():
    OUT.mkdir(exist_ok=True)
    entries = texts()

    def write(name, text):
        (OUT / name).write_text(text + "\n")

    def compact(value):
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"))

    write("texts.json", "[" + ",\n".join(compact(entry) for entry in entries) + "]")
    tokenizers = made()
    for name, tokenizer in tokenizers.items():
        write(f"{name}.tokenizer.json", without_spaces(tokenizer))
    tokenizers["qwen2-kjv"] = Tokenizer.from_file(str(ROOT / "qwen2-kjv" / "tokenizer.json"))
    for name, tokenizer in tokenizers.items():
        write(f"{name}.golden.json", compact(golden(tokenizer, entries)).replace('{"ids"', '\n{"ids"'))
    write("special.json", "[" + ",\n".join(compact(case) for case in special_tokens()) + "]")
    write("splits.json", "[" + ",\n".join(compact(case) for case in splits()) + "]")


if __name__ == "__main__":
    main()
