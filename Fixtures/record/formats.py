"""Every block format: its layout, who speaks for it, and the rows that came with it."""

import collections.abc
import dataclasses

from block_inputs import OVERFLOWING, affine_rows, five_bit_rows, grid_rows, infinite_rows, level_rows

# Who says what a format's bytes are (see oracle.py).
LIBGGUF, COMPILED, NUMPY = "libgguf", "compiled", "numpy"


def half(*offsets):
    """The exponents of half-precision scales, little-endian."""
    return tuple(((offset + 1, 0x7C),) for offset in offsets)


@dataclasses.dataclass(frozen=True)
class Format:
    name: str
    block: int  # elements
    bytes: int
    # Exponent bits of each scale: (byte, mask) pairs, the first of which holds bit 0x40.
    scales: tuple = ()
    source: str = LIBGGUF
    # Rows that came with the format, beside those that all of them meet.
    rows: collections.abc.Callable | None = None
    # Titles of rows that it never meets.
    omits: frozenset = frozenset()
    # ggml encodes it with importance only.
    demands: bool = False
    # For activations: ggml has no importance for it.
    activations: bool = False
    # Seed of a row whose quants leave the range in which rounding by addition is exact.
    beyond: int | None = None
    # Seeds of rows where the last candidate or round of a scale search wins: with importance, then
    # (where ggml searches there too) without.
    last: tuple = ()

    @property
    def encodes(self):
        return self.source != NUMPY

    @property
    def weighs(self):
        return self.block > 1 and not self.activations


def grid(name, size, scales=half(0), **rest):
    return Format(name, 256, size, scales, rows=grid_rows, omits=OVERFLOWING, **rest)


# In the order of `assay_kernels`.
FORMATS = [
    Format("F32", 1, 4),
    Format("F16", 1, 2),
    Format("BF16", 1, 2),
    Format("Q4_0", 32, 18, half(0), last=(0,)),
    Format("Q5_0", 32, 22, half(0), rows=five_bit_rows, last=(21,)),
    Format("Q5_1", 32, 24, half(0, 2), rows=five_bit_rows, beyond=2463, last=(7,)),
    Format("Q8_0", 32, 34, half(0)),
    Format("Q4_K", 256, 144, half(0, 2), beyond=5902, last=(14, 110)),
    Format("Q5_K", 256, 176, half(0, 2), beyond=1256, last=(0, 509)),
    Format("Q6_K", 256, 210, half(208)),
    Format("Q4_1", 32, 20, half(0, 2), rows=affine_rows, last=(134,)),
    Format("Q8_1", 32, 36, half(0, 2), COMPILED, activations=True),
    Format("Q8_K", 256, 292, (((3, 0x7F),),), COMPILED, activations=True),
    Format("Q2_K", 256, 84, half(80, 82), beyond=67, last=(1, 11)),
    Format("Q3_K", 256, 110, half(108), rows=infinite_rows, last=(2, 416)),
    grid("IQ2_XXS", 66, demands=True),
    grid("IQ2_XS", 74, demands=True),
    grid("IQ2_S", 82),
    grid("IQ3_XXS", 98),
    grid("IQ3_S", 110),
    grid("IQ1_S", 50, demands=True),
    grid("IQ1_M", 56, (((55, 0x70), (53, 0xC0)),)),  # its half is spread over four words
    Format("IQ4_NL", 32, 18, half(0), rows=level_rows),
    Format("IQ4_XS", 256, 136, half(0), rows=level_rows),
    Format("MXFP4", 32, 17, rows=level_rows),
    Format("NVFP4", 64, 36, rows=level_rows),
    Format("TQ1_0", 256, 54, half(52), rows=level_rows),
    Format("TQ2_0", 256, 66, half(64), rows=level_rows),
    Format("Q1_0", 128, 18, half(0), rows=level_rows),
    Format("Q2_0", 64, 18, half(0), COMPILED, rows=level_rows),
    Format("F64", 1, 8, source=NUMPY),
    Format("I8", 1, 1, source=NUMPY),
    Format("I16", 1, 2, source=NUMPY),
    Format("I32", 1, 4, source=NUMPY),
    Format("I64", 1, 8, source=NUMPY),
]
