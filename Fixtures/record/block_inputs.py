"""Rows and blocks that codecs meet, and those that break careless ones. Seeded: the same every time."""

import json
import pathlib
import struct

import numpy as np

# Rows whose squares are infinite: where a format has a grid, ggml gives up on them, and libgguf then
# reads beyond its tables.
OVERFLOWING = frozenset({"huge", "maximum", "just below powers of two"})
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


def weighed(rng, title, row):
    """A row with importance of its own."""
    return title, row, dict(importances(rng, row.size))["squares"]


def five_bit_rows(rng, length):
    """Rows at the edges of Q5_0 and Q5_1."""
    row = edges(rng, length, -15, 15)
    row[::32] = -16
    yield weighed(rng, "edges under -16", row)
    yield weighed(rng, "edges between 0 and 31", edges_between(rng, length, 31))
    yield weighed(rng, "zeros of both signs", zeros_of_both_signs(rng, length))


def edges_between(rng, length, levels):
    """Rounding's edges for a block of scale 1 and minimum 0."""
    row = edges(rng, length, 0, levels)
    row[::32], row[31::32] = 0, levels
    return row


def zeros_of_both_signs(rng, length):
    """The minimum is a zero, and the block keeps the sign of the first."""
    row = np.where(rng.random(length) < 0.5, 0.0, -0.0).astype(np.float32)
    row[rng.random(length) < 0.5] = 1.25
    return row


def affine_rows(rng, length):
    """Rows at the edges of Q4_1."""
    yield weighed(rng, "edges between 0 and 15", edges_between(rng, length, 15))
    yield weighed(rng, "zeros of both signs", zeros_of_both_signs(rng, length))


def grid_rows(rng, length):
    """Rows for formats with grids."""
    row = rng.standard_normal(length).astype(np.float32)
    for start in range(0, length, 48):
        row[start : start + 16] = 0
    yield weighed(rng, "zeros between", row)
    row = rng.standard_normal(length).astype(np.float32)
    row[: length // 2] = 0
    row[-32:] = 0
    yield weighed(rng, "zeros around", row)
    # Equal elements: whatever sorts them must keep their order.
    row = rng.choice(np.array([-1.5, -0.5, 0, 0.5, 1], np.float32), length)
    yield weighed(rng, "few values", row)


def infinite_rows(rng, length):
    """A row and importance that overflow the sums, hence the scales, of some sub-blocks of 16."""
    rng = np.random.default_rng(0)
    row = np.where(rng.random(length) < 0.5, -1e16, 1e16).astype(np.float32)
    importance = (10.0 ** rng.uniform(-6, 9, length // 16)).astype(np.float32).repeat(16)
    yield "infinite scales", row, importance


IQ4 = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], np.float32)


def level_rows(rng, length):
    """Rows at the edges of IQ4_NL, MXFP4, NVFP4 and the ternary formats, each with its importance."""
    even = np.ones(length, np.float32)
    # Levels that scale 1 fits exactly, and edges between levels, which importance leaves out.
    row = rng.choice(IQ4, length)
    row[::32] = -127
    middle = np.arange(length) % 32 >= 16
    row[middle] = beside(rng, rng.choice((IQ4[1:] + IQ4[:-1]) / 2, length))[middle]
    yield "edges between uneven levels", row, np.where(middle, 0, 1).astype(np.float32)
    row = beside(rng, rng.choice(np.array([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5], np.float32), length))
    row *= rng.choice([-1, 1], length).astype(np.float32)
    row[::16] = 6
    yield "edges between four-bit floats", row, even
    # Just below a power of two the logarithm already rounds up to it.
    row = (rng.standard_normal(length) * 1e-3).astype(np.float32)
    for start in range(0, length, 16):
        power = np.full(1, 2.0 ** rng.integers(-140, 128), np.float32)
        power = (power.view(np.uint32) - np.uint32(rng.integers(0, 100))).view(np.float32)
        row[start : start + 16] *= power
        row[start + 5] = power[0]
    yield "just below powers of two", row, even
    row = rng.standard_normal(length).astype(np.float32)
    for start in range(0, length, 16):
        scale = np.float32(rng.integers(0, 33) / 16 * 2.0 ** rng.integers(-10, 9))
        row[start : start + 16] *= scale
        row[start + 3] = beside(rng, np.full(1, 6 * scale, np.float32))[0]
    yield "edges between small scales", row, even
    row = (rng.standard_normal(length) * 10.0 ** rng.uniform(7, 12)).astype(np.float32)
    yield "beyond every small scale", row, even
    row = beside(rng, rng.choice(np.array([-1, -0.5, 0, 0.5, 1], np.float32), length))
    row[::64] = -1
    yield "halves", np.clip(row, -1, 1), even


def beside(rng, values):
    """The values, or a neighbour of each."""
    return np.where(
        rng.random(values.size) < 0.5, values,
        np.nextafter(values, np.where(rng.random(values.size) < 0.5, -np.inf, np.inf).astype(np.float32)))


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


def two_valued(seed, length=256):
    """A row of about two values whose weights span forty decades. For a few seeds the search drives
    the quants beyond 2^22, where adding 1.5·2^23 no longer rounds: found by trying many."""
    rng = np.random.default_rng(seed)
    base = -np.float32(10.0 ** rng.uniform(-6, 4))
    row = (rng.integers(0, 2, length) * base).astype(np.float32)
    row += (rng.standard_normal(length) * 1e-7 * base).astype(np.float32)
    return row, (10.0 ** rng.uniform(-20, 20, length)).astype(np.float32)


def random_blocks(rng, format, count):
    """Random bytes whose scales are finite, one block a row."""
    blocks = rng.integers(0, 256, (count, format.bytes), np.uint8)
    for scale in format.scales:
        infinite = np.all([blocks[:, byte] & mask == mask for byte, mask in scale], axis=0)
        blocks[infinite, scale[0][0]] ^= 0x40
    return blocks
