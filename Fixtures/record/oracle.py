"""What ggml makes of rows and blocks.

libgguf speaks for every format it has. For the others (`COMPILED`), ggml's reference functions are
compiled from a copy of llama.cpp, which GGML_SOURCE names (the folder that holds include/ and src/):
gcc, plain x86-64, no fused multiply-add. Plain numbers, which ggml has no codec for, are numpy's casts.
"""

import ctypes
import functools
import hashlib
import importlib.metadata
import os
import pathlib
import subprocess
import tempfile

import libgguf
import numpy as np

COMPILED = ["Q2_0"]
NUMBERS = {"F64": "<f8", "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8"}

# What the reference functions themselves never call.
STUBS = """
#include <stdlib.h>
#include "ggml-quants.c"
void ggml_abort(const char * file, int line, const char * fmt, ...) { abort(); }
size_t ggml_row_size(enum ggml_type type, int64_t ne) { abort(); }
size_t ggml_type_size(enum ggml_type type) { abort(); }
const char * ggml_type_name(enum ggml_type type) { abort(); }
"""


def source(name):
    if name in COMPILED:
        digest = hashlib.sha256((ggml() / "src" / "ggml-quants.c").read_bytes()).hexdigest()
        return f"llama.cpp's ggml-quants.c (sha256 {digest[:12]}), gcc -O2 -ffp-contract=off"
    if name in NUMBERS:
        return f"numpy {np.__version__}"
    return f"libgguf {importlib.metadata.version('libgguf')}"


def ggml():
    return pathlib.Path(os.environ["GGML_SOURCE"])


@functools.cache
def compiled():
    root = ggml()
    with tempfile.TemporaryDirectory() as directory:
        stubs, library = (pathlib.Path(directory) / name for name in ("stubs.c", "ggml.so"))
        stubs.write_text(STUBS)
        subprocess.run(
            ["gcc", "-O2", "-ffp-contract=off", "-fPIC", "-shared", f"-I{root}/include",
             f"-I{root}/src", str(stubs), "-o", str(library), "-lm"], check=True)
        return ctypes.CDLL(str(library))


def quantize_into(name, rows, importance, blocks):
    """Encodes whole rows into `blocks`, as ggml_quantize_chunk does."""
    if name in COMPILED:
        compiled()[f"quantize_row_{name.lower()}_ref"](
            ctypes.c_void_p(rows.ctypes.data), ctypes.c_void_p(blocks.ctypes.data),
            ctypes.c_int64(rows.size))
    else:
        libgguf.quantize_rows_into_raw(
            libgguf.GGMLQuantizationType[name], rows, blocks, *rows.shape, importance)


def dequantize_into(name, blocks, values):
    """Decodes blocks into `values`, rows of float32."""
    if name in COMPILED:
        compiled()[f"dequantize_row_{name.lower()}"](
            ctypes.c_void_p(blocks.ctypes.data), ctypes.c_void_p(values.ctypes.data),
            ctypes.c_int64(values.size))
    else:
        libgguf.dequantize_rows_into_raw(
            libgguf.GGMLQuantizationType[name], blocks, values, *values.shape)
