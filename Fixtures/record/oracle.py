"""What ggml makes of rows and blocks.

libgguf speaks for every format it has (its plain CPU backend, without fused multiply-add). For the
others ggml's reference functions are compiled from a copy of llama.cpp, which GGML_SOURCE names (the
folder that holds include/ and src/), by gcc for x86-64: what no byte can hold becomes what that
machine makes of it. What ggml has no decoder for, plain numbers and Q8_1, numpy states.
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

from formats import COMPILED, NUMPY

NUMBERS = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8"}
FLAGS = ["-O2", "-ffp-contract=off"]

# What the reference functions themselves never call.
STUBS = """
#include <stdlib.h>
#include "ggml-quants.c"
void ggml_abort(const char * file, int line, const char * fmt, ...) { abort(); }
size_t ggml_row_size(enum ggml_type type, int64_t ne) { abort(); }
size_t ggml_type_size(enum ggml_type type) { abort(); }
const char * ggml_type_name(enum ggml_type type) { abort(); }
"""


def speaks(format):
    """False for formats whose source is not here."""
    return format.source != COMPILED or "GGML_SOURCE" in os.environ


def source(format):
    if format.source == COMPILED:
        digest = hashlib.sha256((ggml() / "src" / "ggml-quants.c").read_bytes()).hexdigest()
        return f"llama.cpp's ggml-quants.c (sha256 {digest[:12]}), gcc {' '.join(FLAGS)}"
    if format.source == NUMPY:
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
            ["gcc", *FLAGS, "-DNDEBUG", "-fPIC", "-shared", f"-I{root}/include", f"-I{root}/src", str(stubs),
             "-o", str(library), "-lm"], check=True)
        return ctypes.CDLL(str(library))


def call(function, source, target, count):
    compiled()[function](
        ctypes.c_void_p(source.ctypes.data), ctypes.c_void_p(target.ctypes.data),
        ctypes.c_int64(count))


def spelling(format):
    return format.name.lower().replace("k", "K")


def quantize(format, rows, importance=None):
    """The blocks of whole rows. Sums that ggml leaves unwritten in a block of zeros are zero."""
    blocks = np.zeros(rows.size // format.block * format.bytes, np.uint8)
    quantize_into(format, np.ascontiguousarray(rows), importance, blocks)
    return blocks


def quantize_into(format, rows, importance, blocks):
    """Encodes whole rows into `blocks`, as ggml_quantize_chunk does."""
    if format.source == COMPILED:
        call(f"quantize_row_{spelling(format)}_ref", rows, blocks, rows.size)
    else:
        libgguf.quantize_rows_into_raw(
            libgguf.GGMLQuantizationType[format.name], rows, blocks, *rows.shape, importance)


def dequantize(format, blocks):
    """The float32 values of whole blocks, bytes in any shape."""
    blocks = np.ascontiguousarray(blocks).reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        if format.name in NUMBERS:
            return blocks.view(NUMBERS[format.name]).astype(np.float32)
        if format.name == "BF16":
            return (blocks.view("<u2").astype(np.uint32) << 16).view(np.float32)
        if format.name == "Q8_1":
            blocks = blocks.reshape(-1, format.bytes)
            scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
            return (scale * blocks[:, 4:].view(np.int8).astype(np.float32)).reshape(-1)
    values = np.zeros((1, blocks.size // format.bytes * format.block), np.float32)
    dequantize_into(format, blocks, values)
    return values.reshape(-1)


def dequantize_into(format, blocks, values):
    """Decodes blocks into `values`, rows of float32, by ggml's own code."""
    if format.source == COMPILED:
        call(f"dequantize_row_{spelling(format)}", blocks, values, values.size)
    else:
        libgguf.dequantize_rows_into_raw(
            libgguf.GGMLQuantizationType[format.name], blocks, values, *values.shape)


def has_decoder(format):
    """Whether ggml itself decodes it."""
    return format.block > 1 and format.name != "Q8_1"
