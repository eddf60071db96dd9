"""Records which type llama-quantize gives every tensor of some models, preset by preset.

    python Fixtures/record/presets.py LLAMA_CPP BUILD

LLAMA_CPP is llama.cpp's source at 0c1e57098bba; its tests/snapshots/*.schema hold what its own
test-quant-type-selection compares `llama_tensor_get_type` with. BUILD is a build of it: its
`llama-quantize --dry-run` says what a small Mixtral of eight experts gets.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import gguf
import numpy as np

TARGET = pathlib.Path(__file__).parent.parent / "presets"
MODELS = ["qwen3-0.6b", "qwen3-14b", "meta-llama-3.1-70b-instruct"]


# In llama.cpp's own terms; `n_expert` of 8 is what several rules ask for.
MIXTRAL = dict(n_embd=256, n_ff=512, n_vocab=512, n_layer=32, n_head=8, n_head_kv=2, n_expert=8)


def main():
    source, build = map(pathlib.Path, sys.argv[1:])
    for name in MODELS:
        text = (source / "tests" / "snapshots" / f"{name}.schema").read_text()
        shape = {key: int(value) for key, value in re.findall(r"(n_\w+)=(\d+)", text)}
        presets = {}
        for line in text.splitlines():
            if match := re.match(r"\[(\w+)\] (\w+)", line):
                current = presets[match[1]] = {"base": match[2], "tensors": {}}
            elif line and not line.startswith("#"):
                tensor, kind = line.split()
                current["tensors"].setdefault(kind, []).append(tensor)
        write(name, f"llama.cpp 0c1e57098bba, tests/snapshots/{name}.schema", shape, presets)
    write("mixtral", "llama-quantize --dry-run of llama.cpp 0c1e57098bba", MIXTRAL,
          dry_runs(build / "bin" / "llama-quantize", presets))


def write(name, source, shape, presets):
    # Tensors of one type, as a role and its layers.
    for preset in presets.values():
        for kind, tensors in preset["tensors"].items():
            roles = {}
            for tensor in tensors:
                match = re.match(r"blk\.(\d+)\.(.*)", tensor)
                role, layer = (match[2], int(match[1])) if match else (tensor, None)
                roles.setdefault(role, []).append(layer)
            preset["tensors"][kind] = roles
    golden = {"source": source, "model": shape, "presets": presets}
    (TARGET / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


def dry_runs(program, names):
    """The types of every matrix, for the quantized ones of `names`."""
    presets = {}
    with tempfile.TemporaryDirectory() as directory:
        path = f"{directory}/mixtral.gguf"
        write_mixtral(path)
        for name in names:
            if name in ("F32", "F16", "BF16"):
                continue
            run = subprocess.run([program, "--dry-run", path, name], capture_output=True, text=True)
            tensors = {}
            for line in (run.stdout + run.stderr).splitlines():
                if match := re.search(r"\] (\S+)\s+- \[.*-> .*\((\w+)\)\s*$", line):
                    tensors.setdefault(match[2], []).append(match[1])
            presets[name] = {"base": "none", "tensors": tensors}
    return presets


def write_mixtral(path):
    m = MIXTRAL
    width, ff, experts = m["n_embd"], m["n_ff"], m["n_expert"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(m["n_layer"])
    writer.add_context_length(2048)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(ff)
    writer.add_head_count(m["n_head"])
    writer.add_head_count_kv(m["n_head_kv"])
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(m["n_vocab"])
    writer.add_expert_count(experts)
    writer.add_expert_used_count(2)

    def add(name, *shape, kind=np.float16):
        writer.add_tensor(f"{name}.weight", np.zeros(shape, kind))

    add("token_embd", m["n_vocab"], width)
    add("output", m["n_vocab"], width)
    add("output_norm", width, kind=np.float32)
    kv = width // m["n_head"] * m["n_head_kv"]
    for layer in range(m["n_layer"]):
        block = f"blk.{layer}."
        add(block + "attn_norm", width, kind=np.float32)
        add(block + "ffn_norm", width, kind=np.float32)
        add(block + "attn_q", width, width)
        add(block + "attn_k", kv, width)
        add(block + "attn_v", kv, width)
        add(block + "attn_output", width, width)
        add(block + "ffn_gate_inp", experts, width, kind=np.float32)
        for role, shape in [("gate", (ff, width)), ("up", (ff, width)), ("down", (width, ff))]:
            add(f"{block}ffn_{role}_exps", experts, *shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
