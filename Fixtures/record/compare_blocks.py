"""Compares the block kernels with ggml, for hand use: seeded rows, then speed on one core.

    [GGML_SOURCE=llama.cpp/ggml] python Fixtures/record/compare_blocks.py
        [--seed 1] [--rounds 20] [--only Q4_K ...] [--speed]

Compiles Sources/CKernels into a temporary library, so it needs clang, numpy and libgguf; and
GGML_SOURCE for the formats that libgguf lacks (oracle.py). Speed is printed as a table, in millions
of weights a second.
"""

import argparse
import ctypes
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

import oracle
from block_inputs import (
    affine_rows, distributions, five_bit_rows, grid_rows, importances, level_rows, random_blocks)
from formats import FORMATS

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECODE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
ENCODE = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)


class Codec(ctypes.Structure):
    _fields_ = [("decode", DECODE), ("encode", ENCODE)]


class Table(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p)] + [(format.name, Codec) for format in FORMATS]


def tables():
    with tempfile.TemporaryDirectory() as directory:
        library = pathlib.Path(directory) / "kernels.so"
        sources = (ROOT / "Sources/CKernels").glob("*.c")
        subprocess.run(
            ["clang", "-O2", "-std=gnu17", "-fPIC", "-shared", f"-I{ROOT}/Sources/CKernels/include",
             *map(str, sources), "-o", str(library)], check=True)
        loaded = ctypes.CDLL(str(library))
    loaded.assay_kernels_at.restype = ctypes.POINTER(Table)
    return [t.contents for level in range(3) if (t := loaded.assay_kernels_at(level))]


def encode(table, format, rows, importance):
    blocks = np.zeros(rows.size // format.block * format.bytes, np.uint8)
    weights = importance.ctypes.data if importance is not None else None
    getattr(table, format.name).encode(
        rows.ctypes.data, weights, blocks.ctypes.data, rows.shape[1], rows.shape[0])
    return blocks


def decode(table, format, blocks):
    values = np.zeros(blocks.size // format.bytes * format.block, np.float32)
    getattr(table, format.name).decode(blocks.ctypes.data, values.ctypes.data, values.size)
    return values


def kinds(rng, length):
    """Titles and rows: every format meets those of the others, too."""
    yield from distributions(rng, length)
    for own in (five_bit_rows, affine_rows, grid_rows, level_rows):
        for title, row, _ in own(rng, length):
            yield title, row


def compare(levels, format, seed, rounds):
    checked = failures = 0

    def differ(table, what, got, wanted, unit):
        nonlocal failures
        failures += 1
        if failures <= 20:
            at = int(np.flatnonzero(got != wanted)[0])
            print(f"{format.name} {table.name.decode()} seed {seed} {what}: place {at % unit} of block "
                  f"{at // unit}, {np.count_nonzero(got != wanted)} of {got.size} differ")

    def compare_values(what, blocks):
        wanted = oracle.dequantize(format, blocks)
        for table in levels:
            got = decode(table, format, blocks)
            nan = np.isnan(wanted) & np.isnan(got)
            bits = [np.where(nan, 0, values.view(np.uint32)) for values in (got, wanted)]
            if not np.array_equal(*bits):
                differ(table, what, *bits, format.block)

    for round in range(rounds):
        rng = np.random.default_rng([seed, round])
        length = max(format.block, 32) * int(rng.integers(1, 6))
        copies = [dict(kinds(np.random.default_rng([seed, round, i]), length))
                  for i in range(int(rng.integers(1, 9)))]
        compare_values(f"round {round} random blocks", random_blocks(rng, format, 64).reshape(-1))
        for title in copies[0] if format.encodes else []:
            if title in format.omits:
                continue
            rows = np.stack([copy[title] for copy in copies])
            weights = [] if format.demands else [("without", None)]
            if format.weighs:
                weights += importances(rng, length)
            for weight, importance in weights:
                wanted = oracle.quantize(format, rows, importance)
                for table in levels:
                    checked += rows.size
                    got = encode(table, format, rows, importance)
                    if not np.array_equal(got, wanted):
                        differ(table, f"round {round} {title}, importance {weight}", got, wanted,
                               format.bytes)
                compare_values(f"round {round} {title} decoded", wanted)
    print(f"{format.name}: {checked} weights, {failures} failures", flush=True)
    return failures


def rates(count, calls):
    """Millions of elements per second of each call. They take turns, and the best turn counts, so
    that whatever else the machine does disturbs none of them more than the others."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(8):
        for name, call in calls.items():
            repeats, start = 0, time.perf_counter()
            while time.perf_counter() - start < 0.03:
                call()
                repeats += 1
            best[name] = min(best[name], (time.perf_counter() - start) / repeats)
    return {name: count / seconds / 1e6 for name, seconds in best.items()}


def report(format, what, count, calls):
    measured = rates(count, calls)
    theirs = measured.pop("ggml", None)
    cells = [f"{theirs:.0f}" if theirs else "-"]
    for rate in measured.values():
        cells += [f"{rate:.0f}", f"{rate / theirs:.1f}" if theirs else "-"]
    print(f"| {format.name} | {what} | {' | '.join(cells)} |", flush=True)


def speed(levels, format):
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((64, 4096)) * 0.02).astype(np.float32)
    importance = (rng.standard_normal(4096) ** 2).astype(np.float32)
    blocks = np.zeros(rows.size // format.block * format.bytes, np.uint8)
    values = np.zeros(rows.shape, np.float32)
    for what, weights in [("encode", None), ("weighted", importance)]:
        if not format.encodes or (format.demands if weights is None else not format.weighs):
            continue
        pointer = weights.ctypes.data if weights is not None else None
        calls = {"ggml": lambda: oracle.quantize_into(format, rows, weights, blocks)}
        for table in levels:
            calls[table.name.decode()] = lambda encode=getattr(table, format.name).encode: encode(
                rows.ctypes.data, pointer, blocks.ctypes.data, 4096, 64)
        report(format, what, rows.size, calls)
    calls = {}
    if oracle.has_decoder(format):
        calls["ggml"] = lambda: oracle.dequantize_into(format, blocks, values)
    for table in levels:
        calls[table.name.decode()] = lambda decode=getattr(table, format.name).decode: decode(
            blocks.ctypes.data, values.ctypes.data, rows.size)
    report(format, "decode", rows.size, calls)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--only", nargs="*", default=[format.name for format in FORMATS])
    arguments = parser.parse_args()
    levels = tables()
    formats = [format for format in FORMATS if format.name in arguments.only]
    for format in [format for format in formats if not oracle.speaks(format)]:
        print(f"{format.name}: left out, for GGML_SOURCE is not set")
        formats.remove(format)
    failures = sum(compare(levels, format, arguments.seed, arguments.rounds) for format in formats)
    if arguments.speed:
        # libgguf divides its work among the processors it may use.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        names = [name for table in levels for name in (table.name.decode(), "ratio")]
        print(f"| format | M weights/s | ggml | {' | '.join(names)} |")
        print("|---|---|" + "---|" * (1 + len(names)))
        for format in formats:
            speed(levels, format)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
