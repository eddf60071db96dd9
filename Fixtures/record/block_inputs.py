"""Rows that block encoders meet, and rows that break careless ones. Seeded: same rows every time."""

import json
import pathlib
import struct

import numpy as np

# In the order of `assay_kernels`.
FORMATS = ["F32", "F16", "BF16", "Q4_0", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K",
           "Q4_1",
           "Q8_1",
           "Q8_K",
           "Q2_K",
           "Q3_K",
           "IQ2_XXS",
           "IQ2_XS",
           "IQ2_S",
           "IQ3_XXS",
           "IQ3_S",
           "IQ1_S",
           "IQ1_M"]
BLOCK = {"F32": 1, "F16": 1, "BF16": 1, "Q4_0": 32, "Q5_0": 32, "Q5_1": 32, "Q8_0": 32,
         "Q4_K": 256, "Q5_K": 256, "Q6_K": 256,
         "Q4_1": 32,
         "Q8_1": 32,
         "Q8_K": 256,
         "Q2_K": 256,
         "Q3_K": 256,
         "IQ2_XXS": 256,
         "IQ2_XS": 256,
         "IQ2_S": 256,
         "IQ3_XXS": 256,
         "IQ3_S": 256,
         "IQ1_S": 256,
         "IQ1_M": 256}
BYTES = {"F32": 4, "F16": 2, "BF16": 2, "Q4_0": 18, "Q5_0": 22, "Q5_1": 24, "Q8_0": 34,
         "Q4_K": 144, "Q5_K": 176, "Q6_K": 210,
         "Q4_1": 20,
         "Q8_1": 36,
         "Q8_K": 292,
         "Q2_K": 84,
         "Q3_K": 110,
         "IQ2_XXS": 66,
         "IQ2_XS": 74,
         "IQ2_S": 82,
         "IQ3_XXS": 98,
         "IQ3_S": 110,
         "IQ1_S": 50,
         "IQ1_M": 56}
# Formats that ggml encodes with importance only.
DEMANDING = {"IQ2_XXS", "IQ2_XS", "IQ1_S"}
# Rows whose squares are infinite.
OVERFLOWING = {"huge", "maximum"}
CHECKPOINT = pathlib.Path(__file__).parent.parent / "qwen2-kjv" / "model.safetensors"


def checkpoint_rows(name, count, length):
    """The first rows of a BF16 tensor of the small checkpoint, as float32."""
    data = CHECKPOINT.read_bytes()
    (header_size,) = struct.unpack("<Q", data[:8])
    start = json.loads(data[8 : 8 + header_size])[name]["data_offsets"][0] + 8 + header_size
    bits = np.frombuffer(data, dtype="<u2", count=count * length, offset=start)
    return (bits.astype(np.uint32) << 16).view(np.float32).reshape(count, length)


def distributions(rng, length):
    """Named rows of one length."""

    def normal(scale=1.0):
        return (rng.standard_normal(length) * scale).astype(np.float32)

    yield "normal", normal(0.02)
    yield "heavy-tailed", (rng.standard_t(2, length) * 0.05).astype(np.float32)
    yield "uniform", rng.uniform(-1, 1, length).astype(np.float32)
    yield "positive", rng.uniform(0.5, 1.5, length).astype(np.float32)
    yield "negative", rng.uniform(-1.5, -0.5, length).astype(np.float32)
    yield "constant", np.full(length, 0.3, np.float32)
    yield "negative constant", np.full(length, -0.3, np.float32)
    yield "zero", np.zeros(length, np.float32)
    yield "negative zero", np.full(length, -0.0, np.float32)
    spike = np.zeros(length, np.float32)
    spike[length // 3] = -7.5
    yield "one outlier among zeros", spike
    spike = normal(0.01)
    spike[length // 2] = 50
    yield "one outlier", spike
    yield "denormal", normal(1e-40)
    yield "tiny", normal(1e-37)
    yield "below epsilon", normal(3e-16)
    yield "half underflow", normal(1e-6)
    yield "huge", normal(1e30)
    yield "maximum", np.where(rng.random(length) < 0.5, -1, 1).astype(np.float32) * np.float32(3.4028235e38)
    yield "half overflow", normal(1e7)
    yield "ties", (rng.integers(-16, 17, length) / 2).astype(np.float32)
    yield "grid", rng.integers(0, 16, length).astype(np.float32)
    for extreme in (127, -8, -32):
        row = edges(rng, length, -abs(extreme) + 1, abs(extreme) - 1)
        row[:: 16 if length > 32 else 32] = extreme
        yield f"edges under {extreme}", row
    yield "opposite extremes", np.resize(np.array([0.25, -1, 1, 0.5], np.float32), length)
    mixed = normal()
    mixed[: length // 2] *= 1e-6
    yield "mixed scales", mixed
    yield "coarse", ((normal().view(np.uint32) & 0xFFFF0000).view(np.float32))
    blocks = normal()
    for start in range(0, length, 32):
        blocks[start : start + 32] *= np.float32(10.0 ** rng.uniform(-6, 3))
    yield "a scale per block", blocks


def edges(rng, length, low, high):
    """Values on and beside rounding's edges, for a scale that the caller's extremes make 1."""
    row = (rng.integers(low, high, length) + 0.5).astype(np.float32)
    row[1::4] = np.nextafter(row[1::4], np.float32(0))
    row[2::4] = np.nextafter(row[2::4], np.float32(1e9))
    row[3::8] = np.copysign(np.nextafter(np.float32(0.5), np.float32(0)), row[3::8])
    return row


def five_bit_rows(rng, length):
    """Rows at the edges of Q5_0 and Q5_1, which came after the goldens of the other formats."""
    row = edges(rng, length, -15, 15)
    row[::32] = -16
    yield "edges under -16", row
    yield edges_between(rng, length, 31)
    yield zeros_of_both_signs(rng, length)


def edges_between(rng, length, levels):
    """Rounding's edges for a block of scale 1 and minimum 0."""
    row = edges(rng, length, 0, levels)
    row[::32], row[31::32] = 0, levels
    return f"edges between 0 and {levels}", row


def zeros_of_both_signs(rng, length):
    """The minimum is a zero, and the block keeps the sign of the first."""
    row = np.where(rng.random(length) < 0.5, 0.0, -0.0).astype(np.float32)
    row[rng.random(length) < 0.5] = 1.25
    return "zeros of both signs", row


def affine_rows(rng, length):
    """Rows at the edges of Q4_1."""
    yield edges_between(rng, length, 15)
    yield zeros_of_both_signs(rng, length)


def grid_rows(rng, length):
    """Rows for formats with grids."""
    row = rng.standard_normal(length).astype(np.float32)
    for start in range(0, length, 48):
        row[start : start + 16] = 0
    yield "zeros between", row
    row = rng.standard_normal(length).astype(np.float32)
    row[: length // 2] = 0
    row[-32:] = 0
    yield "zeros around", row
    # Equal elements: whatever sorts them must keep their order.
    yield "few values", rng.choice(np.array([-1.5, -0.5, 0, 0.5, 1], np.float32), length)


# Rows that came with a format, beside those that all of them meet.
OWN_ROWS = {"Q5_0": five_bit_rows, "Q5_1": five_bit_rows, "Q4_1": affine_rows,
            "IQ2_XXS": grid_rows,
            "IQ2_XS": grid_rows,
            "IQ2_S": grid_rows,
            "IQ3_XXS": grid_rows,
            "IQ3_S": grid_rows,
            "IQ1_S": grid_rows,
            "IQ1_M": grid_rows}


def importances(rng, length):
    """Importance weights as an importance matrix holds them: means of squares, some of them zero."""
    yield "even", np.ones(length, np.float32)
    yield "squares", (rng.standard_normal(length) ** 2).astype(np.float32)
    sparse = rng.exponential(1.0, length).astype(np.float32)
    sparse[rng.random(length) < 0.3] = 0
    yield "sparse", sparse
    yield "wide", (10.0 ** rng.uniform(-6, 6, length)).astype(np.float32)
    yield "none at all", np.zeros(length, np.float32)


def normal_row(seed, length):
    """A row and its importance, for seeds found by trying many."""
    rng = np.random.default_rng(seed)
    row = rng.standard_normal(length).astype(np.float32)
    return row, (rng.standard_normal(length) ** 2).astype(np.float32)


def infinite_scales(seed, length=256):
    """A row and importance that overflow the sums, hence the scales, of some sub-blocks of 16."""
    rng = np.random.default_rng(seed)
    row = np.where(rng.random(length) < 0.5, -1e16, 1e16).astype(np.float32)
    return row, (10.0 ** rng.uniform(-6, 9, length // 16)).astype(np.float32).repeat(16)


def two_valued(seed, length=256):
    """A row of about two values whose weights span forty decades. For a few seeds the search drives
    the quants beyond 2^22, where adding 1.5·2^23 no longer rounds: found by trying many."""
    rng = np.random.default_rng(seed)
    base = -np.float32(10.0 ** rng.uniform(-6, 4))
    row = (rng.integers(0, 2, length) * base).astype(np.float32)
    row += (rng.standard_normal(length) * 1e-7 * base).astype(np.float32)
    return row, (10.0 ** rng.uniform(-20, 20, length)).astype(np.float32)
