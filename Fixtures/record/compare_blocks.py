"""Compares the block kernels with ggml, for hand use: seeded rows, then speed on one core.

    python Fixtures/record/compare_blocks.py [--seed 1] [--rounds 20] [--speed] [--only Q4_K]

Compiles Sources/CKernels into a temporary library, so it needs clang, numpy and what `oracle.py` needs.
"""

import argparse
import ctypes
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

from block_inputs import (
    BLOCK, BYTES, FORMATS, distributions, five_bit_rows, importances, level_rows)
from oracle import NUMBERS, dequantize_into, quantize_into

ROOT = pathlib.Path(__file__).resolve().parents[2]
DECODE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
ENCODE = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)


class Codec(ctypes.Structure):
    _fields_ = [("decode", DECODE), ("encode", ENCODE)]


class Table(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p)] + [(name, Codec) for name in FORMATS]


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


def encode(table, name, rows, importance):
    blocks = np.zeros(rows.size // BLOCK[name] * BYTES[name], np.uint8)
    weights = importance.ctypes.data if importance is not None else None
    getattr(table, name).encode(
        rows.ctypes.data, weights, blocks.ctypes.data, rows.shape[1], rows.shape[0])
    return blocks


def decode(table, name, blocks, count):
    values = np.zeros(count, np.float32)
    getattr(table, name).decode(blocks.ctypes.data, values.ctypes.data, count)
    return values


def oracle(name, rows, importance):
    blocks = np.zeros(rows.size // BLOCK[name] * BYTES[name], np.uint8)
    quantize_into(name, rows, importance if BLOCK[name] > 1 else None, blocks)
    return blocks


def kinds(rng, length):
    yield from distributions(rng, length)
    yield from five_bit_rows(rng, length)
    for kind, row, _ in level_rows(rng, length):
        yield kind, row


def compare(levels, name, seed, rounds):
    checked = failures = 0
    for round in range(rounds):
        rng = np.random.default_rng([seed, round])
        length = max(BLOCK[name], 32) * int(rng.integers(1, 6))
        copies = int(rng.integers(1, 9))
        for kind, _ in kinds(rng, length):
            rows = np.stack(
                [dict(kinds(np.random.default_rng([seed, round, i]), length))[kind]
                 for i in range(copies)])
            for importance_kind, importance in [("without", None), *importances(rng, length)]:
                wanted = oracle(name, rows, importance)
                for table in levels:
                    checked += rows.size
                    got = encode(table, name, rows, importance)
                    if np.array_equal(got, wanted):
                        continue
                    failures += 1
                    if failures <= 20:
                        at = int(np.flatnonzero(got != wanted)[0])
                        print(f"{name} {table.name.decode()} seed {seed} round {round} {kind}, "
                              f"importance {importance_kind}: byte {at} of block "
                              f"{at // BYTES[name]}: {at % BYTES[name]}, "
                              f"{np.count_nonzero(got != wanted)} of {got.size} differ")
                if BLOCK[name] > 1:
                    values = np.zeros((copies, length), np.float32)
                    dequantize_into(name, wanted, values)
                    values = values.reshape(-1)
                    for table in levels:
                        got = decode(table, name, wanted, rows.size)
                        nan = np.isnan(values) & np.isnan(got)
                        if not np.array_equal(got.view(np.uint32)[~nan], values.view(np.uint32)[~nan]):
                            failures += 1
                            print(f"{name} {table.name.decode()} decode differs: {kind}")
    print(f"{name}: {checked} weights, {failures} failures")
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


def report(what, count, calls):
    measured = rates(count, calls)
    theirs = measured.get("ggml")
    print(f"{what}: " + ", ".join(
        f"{name} {rate:.0f}" + (f" ({rate / theirs:.1f}x)" if theirs and name != "ggml" else "")
        for name, rate in measured.items()) + " M/s")


def speed(levels, name):
    rng = np.random.default_rng(0)
    rows = (rng.standard_normal((64, 4096)) * 0.02).astype(np.float32)
    importance = (rng.standard_normal(4096) ** 2).astype(np.float32)
    blocks = np.zeros(rows.size // BLOCK[name] * BYTES[name], np.uint8)
    values = np.zeros(rows.size, np.float32)
    for what, weights in [("encode", None), ("encode with importance", importance)]:
        if BLOCK[name] == 1 and weights is not None:
            continue
        pointer = weights.ctypes.data if weights is not None else None
        calls = {"ggml": lambda: quantize_into(name, rows, weights, blocks)}
        for table in levels:
            calls[table.name.decode()] = lambda encode=getattr(table, name).encode: encode(
                rows.ctypes.data, pointer, blocks.ctypes.data, 4096, 64)
        report(f"{name} {what}", rows.size, calls)
    calls = {}
    if BLOCK[name] > 1:
        calls["ggml"] = lambda: dequantize_into(name, blocks, values.reshape(64, 4096))
    for table in levels:
        calls[table.name.decode()] = lambda decode=getattr(table, name).decode: decode(
            blocks.ctypes.data, values.ctypes.data, rows.size)
    report(f"{name} decode", rows.size, calls)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--only", nargs="*", default=[name for name in FORMATS if name not in NUMBERS])
    arguments = parser.parse_args()
    levels = tables()
    failures = sum(compare(levels, name, arguments.seed, arguments.rounds) for name in arguments.only)
    if arguments.speed:
        for name in arguments.only:
            speed(levels, name)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
