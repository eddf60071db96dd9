"""Records Fixtures/fp8/golden.safetensors: FP8 weights with a scale for each block, and the values
that torch makes of them in float32.

    python Fixtures/record/fp8.py

    codes.weight F8_E4M3 [16, 16]        every byte; its scales are 1
    blocks.weight F8_E4M3 [20, 24]       random bytes, blocks of 8 rows and 16 columns
    *.weight_scale_inv F32 or BF16
    *.values F32                         weight.float() * scale.float()

Recorded with torch 2.15.0 and safetensors 0.8.0.
"""

import pathlib

import torch
from safetensors.torch import save_file

ROWS, COLUMNS = 8, 16


def values(weight, scale):
    wide = scale.float().repeat_interleave(ROWS, 0).repeat_interleave(COLUMNS, 1)
    return weight.float() * wide[: weight.shape[0], : weight.shape[1]]


generator = torch.Generator().manual_seed(8)
codes = torch.arange(256, dtype=torch.uint8).view(torch.float8_e4m3fn).reshape(16, 16)
blocks = torch.randn(20, 24, generator=generator).to(torch.float8_e4m3fn)
tensors = {
    "codes.weight": codes,
    "codes.weight_scale_inv": torch.ones(2, 1, dtype=torch.bfloat16),
    "blocks.weight": blocks,
    "blocks.weight_scale_inv": torch.rand(3, 2, generator=generator),
}
for name in ("codes", "blocks"):
    tensors[name + ".values"] = values(
        tensors[name + ".weight"], tensors[name + ".weight_scale_inv"])
target = pathlib.Path(__file__).resolve().parent.parent / "fp8"
target.mkdir(exist_ok=True)
save_file(tensors, target / "golden.safetensors", metadata={
    "source": f"Fixtures/record/fp8.py: torch {torch.__version__}"})
