"""Records Fixtures/blocks/<FORMAT>.golden: what ggml's block codecs make of chosen rows.

    [GGML_SOURCE=llama.cpp/ggml] python Fixtures/record/blocks.py

ggml speaks through libgguf (its plain CPU backend, without fused multiply-add). Decoded values of
F16 and BF16 come from numpy, since libgguf only stores those. Q8_1 and Q8_K, which libgguf lacks,
are recorded where GGML_SOURCE names ggml's source (see ggml_reference.py). Each golden is one JSON document;
bytes are base64, numbers little-endian:

    source, command            who recorded it, and how
    encode: name, row_length, values (float32), blocks (but for formats that demand importance);
            for formats that can weigh elements also importance (float32, one per column) and
            weighted, the blocks with it
    decode: name, blocks, values (float32)

Rows whose squares overflow are left out where a format has a grid: ggml gives up on them, and libgguf
then reads beyond its tables.

Random blocks keep their half-precision scales finite: an infinite scale times zero is a NaN whose
sign differs between processor families, and no encoder writes a NaN scale. Random halves hold only
quiet NaNs: ggml's arithmetic makes signalling ones quiet, numpy does not.
"""

import base64
import importlib.metadata
import json
import pathlib

import libgguf
import numpy as np

import ggml_reference

from block_inputs import (
    BLOCK, BYTES, DEMANDING, FORMATS, OVERFLOWING, OWN_ROWS, checkpoint_rows, distributions,
    importances, infinite_scales, normal_row, two_valued)

TARGET = pathlib.Path(__file__).parent.parent / "blocks"
# Where the half-precision fields of a block lie.
HALVES = {"Q4_0": [0], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
          "Q4_1": [0, 2],
          "Q8_1": [0, 2],
          "Q8_K": [],
          "Q2_K": [80, 82],
          "Q3_K": [108],
          "IQ2_XXS": [0],
          "IQ2_XS": [0],
          "IQ2_S": [0],
          "IQ3_XXS": [0],
          "IQ3_S": [0],
          "IQ1_S": [0],
          "IQ1_M": []}
SOURCES = dict.fromkeys(
    ggml_reference.FORMATS, "ggml-quants.c of the llama.cpp in llama_cpp_python 0.3.36")
# Seeds of rows whose quants leave the range in which rounding by addition is exact.
BEYOND = {"Q4_K": 5902, "Q5_K": 1256, "Q5_1": 2463,
          "Q2_K": 67}
# Seeds of rows where the last candidate or round of a scale search wins: with importance, then (where ggml
# searches there too) without.
LAST = {"Q4_0": [0], "Q5_0": [21], "Q5_1": [7], "Q4_K": [14, 110], "Q5_K": [0, 509],
        "Q4_1": [134],
        "Q2_K": [1, 11],
        "Q3_K": [2, 416]}


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def kind(name):
    return libgguf.GGMLQuantizationType[name]


def quantize(name, rows):
    if name in ggml_reference.FORMATS:
        return ggml_reference.quantize(name, rows, BLOCK[name], BYTES[name])
    return libgguf.quantize_rows(rows, kind(name)).view(np.uint8)


def dequantize(name, blocks):
    if name in ggml_reference.FORMATS:
        return ggml_reference.dequantize(name, blocks)
    return libgguf.dequantize_rows(blocks, kind(name), n_per_row=BLOCK[name])


def encode_case(name, title, rows, importance):
    case = {
        "name": title,
        "row_length": rows.shape[1],
        "values": text(rows),
    }
    if name not in DEMANDING:
        case["blocks"] = text(quantize(name, rows))
    if importance is not None and name not in ggml_reference.FORMATS:
        case["importance"] = text(importance)
        case["weighted"] = text(libgguf.quantize_rows(rows, kind(name), importance))
    return case


def encode_cases(name):
    rng = np.random.default_rng(20240607)
    unit = max(BLOCK[name], 32)
    for index, (title, row) in enumerate(distributions(rng, unit)):
        kinds = list(importances(rng, unit))
        weight, importance = kinds[index % len(kinds)]
        if name.startswith("IQ") and title in OVERFLOWING:
            continue
        if BLOCK[name] == 1:
            yield encode_case(name, title, row[None], None)
        else:
            yield encode_case(name, f"{title}, {weight} importance", row[None], importance)
    if name in OWN_ROWS:
        for title, row in OWN_ROWS[name](rng, unit):
            yield encode_case(name, title, row[None], dict(importances(rng, unit))["squares"])
    if name in BEYOND:
        row, importance = two_valued(BEYOND[name])
        yield encode_case(name, "quants beyond 2^22", row[None], importance)
    if name == "Q3_K":
        row, importance = infinite_scales(0)
        yield encode_case(name, "infinite scales", row[None], importance)
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


def decode_cases(name):
    rng = np.random.default_rng(11)
    if name == "F32":
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
            for offset in HALVES[name]:
                scale = blocks[:, offset + 1]
                scale[(scale & 0x7C) == 0x7C] ^= 0x40
            if name == "IQ1_M":  # whose half is spread over four bytes
                blocks[:, 55][(blocks[:, 55] & 0x70 == 0x70) & (blocks[:, 53] & 0xC0 == 0xC0)] ^= 0x40
            if name == "Q8_K":
                scale = blocks[:, 3]
                scale[(scale & 0x7F) == 0x7F] ^= 0x40
            values = dequantize(name, blocks)
            yield {"name": f"{count} random blocks", "blocks": text(blocks), "values": text(values)}


def main():
    TARGET.mkdir(exist_ok=True)
    for name in FORMATS:
        if name in ggml_reference.FORMATS and not ggml_reference.SOURCE:
            print(f"{name}: kept, for GGML_SOURCE is not set")
            continue
        encode = list(encode_cases(name))
        if BLOCK[name] == 1:
            encode.append(encode_case(name, "special values", special_floats()[None], None))
        golden = {
            "format": name,
            "source": SOURCES.get(name, f"libgguf {importlib.metadata.version('libgguf')}"),
            "command": "python Fixtures/record/blocks.py",
            "encode": encode,
            "decode": list(decode_cases(name)),
        }
        path = TARGET / f"{name}.golden"
        path.write_text(json.dumps(golden, indent=0) + "\n")
        print(f"{path.name}: {len(encode)} rows, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
