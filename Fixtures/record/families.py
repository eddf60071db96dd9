"""Records Fixtures/families/<name>/: tiny checkpoints of each model family, what transformers
computes with them, and what llama.cpp's converter makes of them.

    pip download --no-deps --no-binary llama-cpp-python llama-cpp-python==0.3.36
    tar xzf llama_cpp_python-0.3.36.tar.gz
    python Fixtures/record/families.py llama_cpp_python-0.3.36/vendor/llama.cpp [--dump FILE]

The source package carries llama.cpp, of which only Python is used: nothing is built. Recorded with
transformers 5.23.0, torch 2.15.0, tokenizers 0.23.3, safetensors 0.8.0 and, as llama.cpp, commit
0c1e57098bba (its own gguf-py 0.19.0).

    config.json, generation_config.json, model*.safetensors, tokenizer.json, ...
                          as `save_pretrained` writes them, with seeded weights
    config.old.json       the same model in transformers 4's layout, written by hand; the script
                          checks that transformers computes the same logits from it, to the bit
    golden.safetensors    tokens I64 [n], logits F32 [n, vocab]: transformers (the first Qwen: its recording file), float32 (BF16
                          weights are widened first), eager attention, one thread. Its metadata
                          says how far a pass with weights in float64 is from it at most
                          (transformers keeps norms, softmax and rope in float32 there)
    draft.gguf            convert_hf_to_gguf.py without ARGUMENTS, for some variants
    convert.gguf          convert_hf_to_gguf.py; the script checks every tensor against the
                          checkpoint, to the bit

Every family is a file in `families/`: CONFIG and MODEL are transformers' classes, TOKENIZER is
"qwen", "qwen-post" or "llama", GGUF is llama.cpp's name, VARIANTS are dicts with `config` (for
CONFIG), `seed` (its own number), `outtype` (for the converter) and, where wanted, `dtype`,
`tokens`, `old`, `without`, `sampling`, `shards`, `gguf=False`, `pre` (the pre-tokenizer's name in
GGUF), `kind` (configuration and model of its own), `unset` (fields that the class has not), `underived` (keys that
the class derives and files of the hub have not), `edit`
(keys of config.json that files of the hub have and this transformers does not write; None takes one
away), `draft` (a second GGUF), `rearrange` (gives each tensor of the file another name or shape),
`flat` (the part whose members config.old.json has at the top). FIELDS changes the usual
configuration, `published(tensors, variant)` is what checkpoints of the hub have where this
transformers writes `tensors`, `rewrite(directory, variant)` changes the saved files, ARGUMENTS are
for the converter, NORM_CENTRE is the value around which norms' weights lie,
`adjust(model, generator)` changes weights, CONVERTERS are converter classes that would look for a
SentencePiece vocabulary.

The tokenizers are the first tokens of qwen2-kjv's, Llama's with two tokens that no merge makes.
The converter knows a tokenizer by a hash of what it encodes, which no tiny tokenizer matches, so
`get_vocab_base_pre` is replaced by one that gives the family's name.

--dump writes each GGUF's metadata and tensors as text, in the file's order.
"""

import argparse
import importlib.util
import json
import logging
import pathlib
import shutil
import sys
import tempfile

# A script beside this one is named as a package is.
sys.path.pop(0)

import numpy as np
import tokenizers
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import load_file, save_file

FIXTURES = pathlib.Path(__file__).resolve().parent.parent
TARGET = FIXTURES / "families"
VOCABULARY = 288
LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def families():
    """Every file of the folder `families`, with its variants by name."""
    found = {}
    for path in sorted((FIXTURES / "record/families").glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, variant in module.VARIANTS.items():
            assert name not in found, name
            found[name] = (module, variant)
    return found


def tokenizer(kind):
    """The first tokens of qwen2-kjv's tokenizer, in the shape of the family's own."""
    source = json.loads((FIXTURES / "qwen2-kjv/tokenizer.json").read_text())
    model = source["model"]
    # A Qwen config's vocabulary is larger than the tokenizer's; a Llama's is not.
    llama = kind == "llama"
    specials = (
        ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"]
        if llama
        else ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    )
    whole = ["Ġbeginning", "hello"] if llama else []
    count = VOCABULARY - len(specials) - len(whole) - (0 if llama else 4)
    vocabulary = {token: id for token, id in model["vocab"].items() if id < count}
    model["merges"] = [pair for pair in model["merges"] if "".join(pair) in vocabulary]
    for token in whole:
        vocabulary[token] = len(vocabulary)
    model["vocab"] = vocabulary
    first = len(vocabulary)
    for added, token in zip(source["added_tokens"], specials):
        added["content"] = token
        added["id"] = first + specials.index(token)
    if llama:
        model["ignore_merges"] = True
        source["normalizer"] = None
        source["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = LLAMA3_SPLIT
        begin = specials[0]
        source["post_processor"] = {
            "type": "Sequence",
            "processors": [
                {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False,
                 "use_regex": True},
                {"type": "TemplateProcessing",
                 "single": [{"SpecialToken": {"id": begin, "type_id": 0}},
                            {"Sequence": {"id": "A", "type_id": 0}}],
                 "pair": [{"SpecialToken": {"id": begin, "type_id": 0}},
                          {"Sequence": {"id": "A", "type_id": 0}},
                          {"SpecialToken": {"id": begin, "type_id": 1}},
                          {"Sequence": {"id": "B", "type_id": 1}}],
                 "special_tokens": {begin: {"id": begin, "ids": [first], "tokens": [begin]}}},
            ],
        }
        named = dict(bos_token=specials[0], eos_token=specials[1])
        template = None
    else:
        named = dict(eos_token=specials[2], pad_token=specials[0])
        if kind == "qwen-post":
            source["post_processor"] = {"type": "ByteLevel", "add_prefix_space": False,
                                        "trim_offsets": False, "use_regex": False}
        template = (FIXTURES / "qwen2-kjv/chat_template.jinja").read_text()
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer.from_str(json.dumps(source)),
        model_max_length=512,
        **named,
    )
    if template:
        fast.chat_template = template
    ids = dict(bos_token_id=first, eos_token_id=first + (1 if llama else 2))
    return fast, ids


def build(family, variant):
    """A model of the variant's configuration, every parameter of it random."""
    fast, ids = tokenizer(variant.get("tokenizer", family.TOKENIZER))
    fields = dict(hidden_size=64, num_hidden_layers=2, intermediate_size=96,
                  vocab_size=VOCABULARY, max_position_embeddings=512, initializer_range=0.25,
                  rms_norm_eps=1e-5, **ids)
    fields = {**fields, **getattr(family, "FIELDS", {}), **variant["config"]}
    # A field that the class has not is not given to it: UNSET takes one of the above away.
    kind, kind_model = variant.get("kind", (family.CONFIG, family.MODEL))
    config = kind(**{k: v for k, v in fields.items() if k not in variant.get("unset", ())})
    model = kind_model(config).float()
    generator = torch.Generator().manual_seed(variant["seed"])
    centre = getattr(family, "NORM_CENTRE", 1)
    spread = getattr(family, "SPREAD", 0.25)
    with torch.no_grad():
        for parameter_name, parameter in sorted(model.named_parameters()):
            if parameter_name.endswith("norm.weight"):
                parameter.uniform_(centre - 0.5, centre + 0.5, generator=generator)
            else:
                parameter.normal_(0, spread, generator=generator)
    if adjust := getattr(family, "adjust", None):
        adjust(model, generator)
    model = model.to(variant.get("dtype", torch.float32))
    for key, value in variant.get("sampling", {}).items():
        setattr(model.generation_config, key, value)
    return model, fast


def load(directory, dtype):
    config = json.loads((directory / "config.json").read_text())
    # Computed from the values that the codes stand for.
    quantization = (
        dict(quantization_config=transformers.Mxfp4Config(dequantize=True))
        if "quantization_config" in config else {})
    kind = getattr(transformers, config["architectures"][0], transformers.AutoModelForCausalLM)
    return kind.from_pretrained(
        directory, dtype=dtype, attn_implementation="eager", experts_implementation="eager",
        **quantization
    ).eval()


def logits(directory, tokens, dtype=torch.float32):
    with torch.inference_mode():
        return load(directory, dtype)(tokens[None]).logits[0]


def checked_old_config(directory, variant, tokens, expected):
    """Writes config.old.json and proves that it means the same."""
    config = json.loads((directory / "config.json").read_text())
    if part := variant.get("flat"):
        own = config.pop(part)
        config = {**own, **config}
    for key in ["rope_parameters", "layer_types"]:
        config.pop(key, None)
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.46.0"
    for key, value in {"rope_scaling": None, **variant["old"]}.items():
        config[key] = value
    # None says that the key was not there, but for rope_scaling, which was written as null.
    config = {k: v for k, v in sorted(config.items()) if k != "head_dim" or v is not None}
    old = directory / "config.old.json"
    old.write_text(json.dumps(config, indent=2) + "\n")

    def computed(config):
        with tempfile.TemporaryDirectory() as scratch:
            scratch = pathlib.Path(scratch) / directory.name
            shutil.copytree(directory, scratch)
            (scratch / "config.json").write_text(json.dumps(config))
            return logits(scratch, tokens)

    assert torch.equal(computed(config), expected), f"{directory.name}: the old layout differs"
    # The keys matter: without them the model is another one.
    if key := variant.get("without"):
        distance = (computed({k: v for k, v in config.items() if k != key}) - expected).abs().max()
        assert distance > 0.01, f"{directory.name}: {key} does not matter: {distance}"
        print(f"{directory.name}: without {key} logits move by {distance:.3g}")


def record(name, family, variant):
    directory = TARGET / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    model, fast = build(family, variant)
    model.save_pretrained(directory, max_shard_size=variant.get("shards", "1GB"))
    fast.save_pretrained(directory)
    if rewrite := getattr(family, "rewrite", None):
        rewrite(directory, variant)
    if published := getattr(family, "published", None):
        path = directory / "model.safetensors"
        tensors = published(load_file(path), variant)
        save_file(tensors, path, metadata={"format": "pt"})
    if "rearrange" in variant:
        path = directory / "model.safetensors"
        tensors = dict(variant["rearrange"](k, v) for k, v in load_file(path).items())
        save_file(tensors, path, metadata={"format": "pt"})
    if keys := variant.get("underived"):
        path = directory / "config.json"
        config = json.loads(path.read_text())
        path.write_text(json.dumps({k: v for k, v in config.items() if k not in keys}, indent=2))
    if "edit" in variant:
        path = directory / "config.json"
        config = {**json.loads(path.read_text()), **variant["edit"]}
        config = {k: v for k, v in config.items() if v is not None or k not in variant["edit"]}
        path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    # Compact: there are many of them.
    path = directory / "tokenizer.json"
    path.write_text(
        json.dumps(json.loads(path.read_text()), ensure_ascii=False, separators=(",", ":"))
    )
    if "files" in variant:
        variant["files"](directory)
    generator = torch.Generator().manual_seed(999 + variant["seed"])
    tokens = torch.randint(VOCABULARY, (variant.get("tokens", 48),), generator=generator)
    golden = logits(directory, tokens)
    assert golden.isfinite().all() and golden.std() > 0.5, f"{name}: degenerate logits"
    noise = (logits(directory, tokens, torch.float64) - golden).abs().max()
    print(f"{name}: deviation of logits {golden.std():.3g}, distance to float64 {noise:.2g}")
    save_file(
        {"tokens": tokens, "logits": golden.contiguous()},
        directory / "golden.safetensors",
        # One key: safetensors writes several in random order.
        metadata={
            "source": f"Fixtures/record/families.py: transformers {transformers.__version__}, "
            f"torch {torch.__version__}, float32, eager attention; within {noise:.2g} of float64"
        },
    )
    if "old" in variant:
        checked_old_config(directory, variant, tokens, golden)


def subclasses(kind):
    return [kind for own in kind.__subclasses__() for kind in [own, *subclasses(own)]]


def convert(directory, family, variant, target, arguments=()):
    import convert_hf_to_gguf
    from conversion.base import ModelBase, TextModel

    load_hparams = staticmethod(ModelBase.load_hparams)
    llama = variant.get("tokenizer", family.TOKENIZER) == "llama"
    pre = variant.get("pre", "llama-bpe" if llama else "qwen2")
    TextModel.get_vocab_base_pre = lambda self, tokenizer: pre
    # Families with SentencePiece vocabularies get the same byte-level tokenizer: it is not what
    # these files are for.
    for kind in getattr(family, "CONVERTERS", ()):
        module, name = kind.rsplit(".", 1)
        converter = getattr(importlib.import_module("conversion." + module), name)
        converter.set_vocab = TextModel._set_vocab_gpt2
    # transformers 4 kept what config.json states; this one drops some of it.
    if "edit" in variant:
        ModelBase.load_hparams = staticmethod(
            lambda directory, *_: json.loads((directory / "config.json").read_text()))
    own = sys.argv
    sys.argv = ["convert_hf_to_gguf.py", str(directory), "--outfile", str(target),
                "--outtype", variant["outtype"], *arguments]
    convert_hf_to_gguf.main()
    sys.argv = own
    # The option stays with the class.
    for kind in subclasses(ModelBase):
        if "--no-mtp" in arguments and "no_mtp" in vars(kind):
            del kind.no_mtp
    ModelBase.load_hparams = load_hparams


def state(directory):
    tensors = {}
    for path in sorted(directory.glob("model*.safetensors")):
        tensors |= load_file(path)
    return tensors


def checked_gguf(directory, family, variant):
    """Every tensor of the GGUF is one of the checkpoint, rounded once; none is left out. Families
    whose tensors are put together anew are held against the converter alone."""
    import gguf

    if not getattr(family, "PLAIN_TENSORS", family.GGUF in ("llama", "qwen2", "qwen3")):
        return
    config = json.loads((directory / "config.json").read_text())
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}
    arch = {v: k for k, v in gguf.MODEL_ARCH_NAMES.items()}[family.GGUF]
    names = gguf.get_tensor_name_map(arch, config["num_hidden_layers"])
    found = {t.name: t for t in gguf.GGUFReader(directory / "convert.gguf").tensors}
    for name, tensor in state(directory).items():
        tensor = tensor.float()
        projection = name.split(".")[-2]
        if family.GGUF == "llama" and projection in heads:
            count = heads[projection]
            half = tensor.shape[0] // count // 2
            tensor = tensor.reshape(count, 2, half, -1).swapaxes(1, 2).reshape(tensor.shape)
        written = found.pop(names.get_name(name, try_suffixes=(".weight", ".bias")))
        kind = written.tensor_type
        if kind == gguf.GGMLQuantizationType.BF16:
            tensor = tensor.bfloat16().float()
        else:
            assert kind == gguf.GGMLQuantizationType.F32
        values = gguf.quants.dequantize(written.data, kind)
        assert values.shape == tuple(tensor.shape), name
        assert np.array_equal(values.view(np.uint32), tensor.numpy().view(np.uint32)), name
    assert set(found) <= {"rope_freqs.weight"}, found


def dump(path, out):
    import gguf

    reader = gguf.GGUFReader(path)
    print(f"\n=== {path.relative_to(FIXTURES)} ({path.stat().st_size} bytes)", file=out)
    for field in reader.fields.values():
        kinds = ":".join(kind.name for kind in field.types)
        value = field.contents() if field.types else None
        if isinstance(value, list):
            value = f"[{len(value)}] {value[:4]} ... {value[-8:]}"
        print(f"  {field.name:45} {kinds:12} {value!r}", file=out)
    print(f"  data at {reader.data_offset}", file=out)
    for t in reader.tensors:
        shape = list(map(int, reversed(t.shape)))
        print(f"  {t.name:28} {t.tensor_type.name:5} {str(shape):12} "
              f"+{t.data_offset - reader.data_offset}", file=out)
        if t.name == "rope_freqs.weight":
            print(f"      {t.data.tolist()}", file=out)
    for part in sorted(path.parent.glob("model*.safetensors")):
        with safe_open(part, "pt") as file:
            print(f"  {part.name} in file order: {list(file.offset_keys())}", file=out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("llama_cpp", type=pathlib.Path)
    parser.add_argument("--only", help="variants, or files of the folder `families`, with commas")
    parser.add_argument("--dump", type=pathlib.Path)
    arguments = parser.parse_args()
    sys.path[:0] = [str(arguments.llama_cpp), str(arguments.llama_cpp / "gguf-py")]
    logging.getLogger().setLevel(logging.WARNING)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    out = open(arguments.dump, "w") if arguments.dump else None
    only = arguments.only.split(",") if arguments.only else None
    for name, (family, variant) in families().items():
        if only and name not in only and family.__name__ not in only:
            continue
        directory = TARGET / name
        record(name, family, variant)
        # Some numbers a GGUF cannot say: then there is none to compare with.
        if variant.get("gguf", True):
            usual = getattr(family, "ARGUMENTS", ())
            if variant.get("draft"):
                convert(directory, family, variant, directory / "draft.gguf")
            convert(directory, family, variant, directory / "convert.gguf", usual)
            checked_gguf(directory, family, variant)
        if "old" in variant and variant.get("gguf", True):
            with tempfile.TemporaryDirectory() as scratch:
                scratch = pathlib.Path(scratch) / name
                shutil.copytree(directory, scratch)
                shutil.move(scratch / "config.old.json", scratch / "config.json")
                convert(scratch, family, variant, scratch / "old.gguf", usual)
                same = (scratch / "old.gguf").read_bytes() == (
                    directory / "convert.gguf").read_bytes()
                print(f"{name}: the GGUF of config.old.json is {'the same' if same else 'ANOTHER'}")
        if out and (directory / "convert.gguf").exists():
            dump(directory / "convert.gguf", out)


main()
