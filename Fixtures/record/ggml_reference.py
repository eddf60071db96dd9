"""ggml's reference quantizers of the types that only activations have, which libgguf lacks: Q8_1 and
Q8_K. Compiled from a llama.cpp source tree that the environment variable GGML_SOURCE names (the
`ggml` folder), by gcc, since what no byte can hold becomes what its code for x86 makes of it. ggml has
no decoder of Q8_1, so numpy states what it means."""

import ctypes
import os
import pathlib
import subprocess
import tempfile

import numpy as np

FORMATS = ["Q8_1", "Q8_K"]
SOURCE = os.environ.get("GGML_SOURCE")
# What the file calls outside of the functions used here.
STUBS = " ".join(
    f"void {name}(void) {{ __builtin_trap(); }}"
    for name in ["ggml_abort", "ggml_row_size", "ggml_type_name", "ggml_type_size"])


def library():
    root = pathlib.Path(SOURCE)
    with tempfile.TemporaryDirectory() as directory:
        stubs = pathlib.Path(directory) / "stubs.c"
        stubs.write_text(STUBS)
        path = pathlib.Path(directory) / "quants.so"
        subprocess.run(
            ["gcc", "-O3", "-DNDEBUG", "-ffp-contract=off", "-fPIC", "-shared",
             f"-I{root}/include", f"-I{root}/src", str(root / "src/ggml-quants.c"), str(stubs),
             "-lm", "-o", str(path)], check=True)
        return ctypes.CDLL(str(path))


LIBRARY = library() if SOURCE else None


def quantize(name, rows, block, block_bytes):
    """The sums that ggml leaves unwritten in a block of zeros are zero here."""
    blocks = np.zeros(rows.size // block * block_bytes, np.uint8)
    getattr(LIBRARY, f"quantize_row_{name.lower().replace('k', 'K')}_ref")(
        rows.ctypes.data_as(ctypes.c_void_p), blocks.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(rows.size))
    return blocks


def dequantize(name, blocks):
    """`blocks` holds one block per row."""
    if name == "Q8_1":
        d = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        with np.errstate(invalid="ignore"):
            return (d * blocks[:, 4:].view(np.int8).astype(np.float32)).reshape(-1)
    values = np.zeros(len(blocks) * 256, np.float32)
    LIBRARY.dequantize_row_q8_K(
        blocks.ctypes.data_as(ctypes.c_void_p), values.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_int64(values.size))
    return values
