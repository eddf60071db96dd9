"""Records which type llama-quantize gives every tensor of some models, preset by preset.

    python Fixtures/record/presets.py LLAMA_CPP

LLAMA_CPP is llama.cpp's source at 0c1e57098bba; its tests/snapshots/*.schema hold what its own
test-quant-type-selection compares `llama_tensor_get_type` with.
"""

import json
import pathlib
import re
import sys

TARGET = pathlib.Path(__file__).parent.parent / "presets"
MODELS = ["qwen3-0.6b", "qwen3-14b", "meta-llama-3.1-70b-instruct"]


def main():
    snapshots = pathlib.Path(sys.argv[1]) / "tests" / "snapshots"
    for name in MODELS:
        text = (snapshots / f"{name}.schema").read_text()
        shape = {key: int(value) for key, value in re.findall(r"(n_\w+)=(\d+)", text)}
        presets = {}
        for line in text.splitlines():
            if match := re.match(r"\[(\w+)\] (\w+)", line):
                current = presets[match[1]] = {"base": match[2], "tensors": {}}
            elif line and not line.startswith("#"):
                tensor, kind = line.split()
                current["tensors"].setdefault(kind, []).append(tensor)
        # Tensors of one type, as a role and its layers.
        for preset in presets.values():
            for kind, tensors in preset["tensors"].items():
                roles = {}
                for tensor in tensors:
                    match = re.match(r"blk\.(\d+)\.(.*)", tensor)
                    role, layer = (match[2], int(match[1])) if match else (tensor, None)
                    roles.setdefault(role, []).append(layer)
                preset["tensors"][kind] = roles
        golden = {
            "source": f"llama.cpp 0c1e57098bba, tests/snapshots/{name}.schema",
            "model": shape,
            "presets": presets,
        }
        (TARGET / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
