"""Records Fixtures/blocks/<FORMAT>.golden: what ggml's block codecs make of chosen rows.

    [GGML_SOURCE=llama.cpp/ggml] python Fixtures/record/blocks.py

formats.py lists the formats, oracle.py says who speaks for them; those that need GGML_SOURCE keep
their golden where it is not set. Plain numbers are only decoded: ggml has no quantizer for them.
Each golden is one JSON document; bytes are base64, numbers little-endian:

    source, command            who recorded it, and how
    encode: name, row_length, values (float32), blocks (but for formats that demand importance);
            for formats that can weigh elements also importance (float32, one per column) and
            weighted, the blocks with it
    decode: name, blocks, values (float32)

Random blocks keep their scales finite: an infinite scale times zero is a NaN whose sign differs
between processor families, and no encoder writes a NaN scale. Random halves hold only quiet NaNs:
ggml's arithmetic makes signalling ones quiet, numpy does not.
"""

import base64
import json
import pathlib

import numpy as np

import oracle
from block_inputs import (
    checkpoint_rows, distributions, importances, normal_row, random_blocks, two_valued)
from formats import FORMATS, NUMPY

TARGET = pathlib.Path(__file__).parent.parent / "blocks"


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def encode_case(format, title, rows, importance):
    case = {"name": title, "row_length": rows.shape[1], "values": text(rows)}
    if not format.demands:
        case["blocks"] = text(oracle.quantize(format, rows))
    if importance is not None and format.weighs:
        case["importance"] = text(importance)
        case["weighted"] = text(oracle.quantize(format, rows, importance))
    return case


def encode_cases(format):
    rng = np.random.default_rng(20240607)
    unit = max(format.block, 32)
    for index, (title, row) in enumerate(distributions(rng, unit)):
        kinds = list(importances(rng, unit))
        weight, importance = kinds[index % len(kinds)]
        if title in format.omits:
            continue
        if format.block > 1:
            title += f", {weight} importance"
        yield encode_case(format, title, row[None], importance)
    for title, row, importance in format.rows(rng, unit) if format.rows else []:
        yield encode_case(format, title, row[None], importance)
    if format.beyond is not None:
        row, importance = two_valued(format.beyond)
        yield encode_case(format, "quants beyond 2^22", row[None], importance)
    for seed in format.last:
        row, importance = normal_row(seed, unit)
        yield encode_case(format, f"last candidate, seed {seed}", row[None], importance)
    # Short rows leave lanes empty, and several rows share lanes; importance repeats for each row.
    lengths = [1, 3, 17, 33] if format.block == 1 else [unit * n for n in range(1, 6 if unit == 32 else 4)]
    for length in lengths:
        rows = checkpoint_rows("model.layers.0.mlp.down_proj.weight", 2, 768).reshape(-1)[: 2 * length]
        importance = dict(importances(rng, length))["squares"] if format.block > 1 else None
        yield encode_case(
            format, f"two checkpoint rows of {length}", rows.reshape(2, length), importance)
    if format.block == 1:
        yield encode_case(format, "special values", special_floats()[None], None)


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
    kind = np.iinfo(oracle.NUMBERS[name])
    values = rng.integers(kind.min, kind.max, 500, oracle.NUMBERS[name], endpoint=True)
    small = (values.astype(np.int64) >> rng.integers(0, kind.bits, 500)).astype(oracle.NUMBERS[name])
    near = np.array([kind.min, kind.max, 0, -1] + [2**24 + i for i in range(8)] * (kind.bits > 16))
    return np.concatenate([values, small, near.astype(oracle.NUMBERS[name])])


def decode_blocks(format):
    """Titles and blocks."""
    rng = np.random.default_rng(11)
    if format.source == NUMPY:
        yield "random numbers", numbers(rng, format.name)
    elif format.name == "F32":
        yield "special values", special_floats()
    elif format.block == 1:
        bits = rng.integers(0, 65536, 2048).astype(np.uint16)
        bits[:8] = [0, 0x8000, 1, 0x8001, 0x7C00, 0xFC00, 0x7E00, 0xFE01]
        if format.name == "F16":
            bits[(bits & 0x7FFF) > 0x7C00] |= 0x200
        yield "random bits", bits
    else:
        for count in (1, 6 if format.block == 256 else 40):
            yield f"{count} random blocks", random_blocks(rng, format, count)


def decode_case(format, title, blocks):
    values = oracle.dequantize(format, blocks.view(np.uint8))
    return {"name": title, "blocks": text(blocks), "values": text(values)}


def main():
    TARGET.mkdir(exist_ok=True)
    for format in FORMATS:
        if not oracle.speaks(format):
            print(f"{format.name}: kept, for GGML_SOURCE is not set")
            continue
        golden = {
            "format": format.name,
            "source": oracle.source(format),
            "command": "python Fixtures/record/blocks.py",
            "encode": list(encode_cases(format)) if format.encodes else [],
            "decode": [decode_case(format, *case) for case in decode_blocks(format)],
        }
        path = TARGET / f"{format.name}.golden"
        path.write_text(json.dumps(golden, indent=0) + "\n")
        print(f"{path.name}: {len(golden['encode'])} rows, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
