"""Records Fixtures/blocks/<FORMAT>.golden: what ggml's block codecs make of chosen rows.

    python Fixtures/record/blocks.py

ggml speaks through libgguf (its plain CPU backend, without fused multiply-add), and where libgguf
lacks a format, through its compiled reference functions (`oracle.py`). Decoded values of F16 and
BF16 come from numpy, since libgguf only stores those, and so do those of plain numbers, which are
only decoded: ggml has no quantizer for them. Each golden is one JSON document;
bytes are base64, numbers little-endian:

    source, command            who recorded it, and how
    encode: name, row_length, values (float32), blocks; for formats that can weigh elements also
            importance (float32, one per column) and weighted, the blocks with it
    decode: name, blocks, values (float32)

Random blocks keep their half-precision scales finite: an infinite scale times zero is a NaN whose
sign differs between processor families, and no encoder writes a NaN scale. Random halves hold only
quiet NaNs: ggml's arithmetic makes signalling ones quiet, numpy does not.
"""

import base64
import json
import pathlib

import numpy as np

from block_inputs import (
    BLOCK, BYTES, FORMATS, checkpoint_rows, distributions, five_bit_rows, importances, level_rows,
    normal_row, two_valued)
from oracle import NUMBERS, dequantize_into, quantize_into, source

TARGET = pathlib.Path(__file__).parent.parent / "blocks"
# Where the half-precision fields of a block lie.
HALVES = {"Q4_0": [0], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
HALVES |= {"IQ4_NL": [0], "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64], "Q1_0": [0], "Q2_0": [0]}
# Seeds of rows whose quants leave the range in which rounding by addition is exact.
BEYOND = {"Q4_K": 5902, "Q5_K": 1256, "Q5_1": 2463}
# Seeds of rows where the last candidate of a scale search wins: with importance, then (where ggml
# searches there too) without.
LAST = {"Q4_0": [0], "Q5_0": [21], "Q5_1": [7], "Q4_K": [14, 110], "Q5_K": [0, 509]}


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def encoded(name, rows, importance=None):
    blocks = np.zeros(rows.size // BLOCK[name] * BYTES[name], np.uint8)
    quantize_into(name, np.ascontiguousarray(rows), importance, blocks)
    return blocks


def encode_case(name, title, rows, importance):
    case = {
        "name": title,
        "row_length": rows.shape[1],
        "values": text(rows),
        "blocks": text(encoded(name, rows)),
    }
    if importance is not None:
        case["importance"] = text(importance)
        case["weighted"] = text(encoded(name, rows, importance))
    return case


def encode_cases(name):
    rng = np.random.default_rng(20240607)
    unit = max(BLOCK[name], 32)
    for index, (title, row) in enumerate(distributions(rng, unit)):
        kinds = list(importances(rng, unit))
        weight, importance = kinds[index % len(kinds)]
        if BLOCK[name] == 1:
            yield encode_case(name, title, row[None], None)
        else:
            yield encode_case(name, f"{title}, {weight} importance", row[None], importance)
    if name in ("Q5_0", "Q5_1"):
        for title, row in five_bit_rows(rng, unit):
            yield encode_case(name, title, row[None], dict(importances(rng, unit))["squares"])
    if name in ("IQ4_NL", "IQ4_XS", "MXFP4", "NVFP4", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0"):
        for title, row, importance in level_rows(rng, unit):
            yield encode_case(name, title, row[None], importance)
    if name in BEYOND:
        row, importance = two_valued(BEYOND[name])
        yield encode_case(name, "quants beyond 2^22", row[None], importance)
    for seed in LAST.get(name, []):
        row, importance = normal_row(seed, unit)
        yield encode_case(name, f"last candidate, seed {seed}", row[None], importance)
    # Short rows leave lanes empty, and several rows share lanes; importance repeats for each row.
    lengths = [1, 3, 17, 33] if BLOCK[name] == 1 else [unit * n for n in range(1, 6 if unit == 32 else 4)]
    for length in lengths:
        rows = checkpoint_rows("model.layers.0.mlp.down_proj.weight", 2, 768).reshape(-1)[: 2 * length]
        importance = dict(importances(rng, length))["squares"] if BLOCK[name] > 1 else None
        yield encode_case(
            name, f"two checkpoint rows of {length}", rows.reshape(2, length), importance)


def special_floats():
    bits = [0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7F800001, 0x7FC12345, 0xFF812345,
            0x477FEFFF, 0x477FF000, 0x33000000, 0x33000001, 0x33C00000, 0x387FE000, 0x38800000,
            0x00000001, 0x00008000, 0x00018000, 0x3F808000, 0x3F818000, 0x7F7FFFFF, 0x80000001]
    return np.array(bits, np.uint32).view(np.float32)


def numbers(rng, name):
    """Bits of a plain number type: over its whole range, and on ties between floats."""
    if name == "F64":
        values = rng.standard_normal(500) * 10.0 ** rng.uniform(-46, 39, 500)
        tie = 1 + 2.0**-24 * rng.integers(0, 4, 50)
        special = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-46, 7e-46, 3.4028235677973366e38, 1e300]
        return np.concatenate([values, tie, np.nextafter(tie, 2), special]).astype("<f8")
    kind = np.iinfo(NUMBERS[name])
    values = rng.integers(kind.min, kind.max, 500, NUMBERS[name], endpoint=True)
    small = (values.astype(np.int64) >> rng.integers(0, kind.bits, 500)).astype(NUMBERS[name])
    near = np.array([kind.min, kind.max, 0, -1] + [2**24 + i for i in range(8)] * (kind.bits > 16))
    return np.concatenate([values, small, near.astype(NUMBERS[name])])


def decode_cases(name):
    rng = np.random.default_rng(11)
    if name in NUMBERS:
        bits = numbers(rng, name)
        with np.errstate(over="ignore"):
            values = bits.astype(np.float32)
        yield {"name": "random numbers", "blocks": text(bits), "values": text(values)}
    elif name == "F32":
        values = special_floats()
        yield {"name": "special values", "blocks": text(values), "values": text(values)}
    elif BLOCK[name] == 1:
        bits = rng.integers(0, 65536, 2048).astype(np.uint16)
        bits[:8] = [0, 0x8000, 1, 0x8001, 0x7C00, 0xFC00, 0x7E00, 0xFE01]
        if name == "F16":
            bits[(bits & 0x7FFF) > 0x7C00] |= 0x200
        values = bits.view(np.float16).astype(np.float32)
        if name == "BF16":
            values = (bits.astype(np.uint32) << 16).view(np.float32)
        yield {"name": "random bits", "blocks": text(bits), "values": text(values)}
    else:
        for count in (1, 6 if BLOCK[name] == 256 else 40):
            blocks = rng.integers(0, 256, (count, BYTES[name]), np.uint8)
            for offset in HALVES.get(name, []):
                scale = blocks[:, offset + 1]
                scale[(scale & 0x7C) == 0x7C] ^= 0x40
            values = np.zeros((count, BLOCK[name]), np.float32)
            dequantize_into(name, blocks, values)
            yield {"name": f"{count} random blocks", "blocks": text(blocks), "values": text(values)}


def main():
    TARGET.mkdir(exist_ok=True)
    for name in FORMATS:
        encode = [] if name in NUMBERS else list(encode_cases(name))
        if BLOCK[name] == 1 and encode:
            encode.append(encode_case(name, "special values", special_floats()[None], None))
        golden = {
            "format": name,
            "source": source(name),
            "command": "python Fixtures/record/blocks.py",
            "encode": encode,
            "decode": list(decode_cases(name)),
        }
        path = TARGET / f"{name}.golden"
        path.write_text(json.dumps(golden, indent=0) + "\n")
        print(f"{path.name}: {len(encode)} rows, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
