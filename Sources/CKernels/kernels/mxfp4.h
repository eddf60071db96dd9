// MXFP4: a power of two (E8M0) and 32 nibbles, four-bit floats.

enum { MXFP4_BYTES = 17 };

/// The power of two that nibbles count half of. ggml's exponent is that of the largest magnitude
/// less two; it wraps around for subnormals. It goes through log2f, which gives the next whole
/// number already a few units in the last place below a power of two: where the distance is less
/// than half a unit in the last place of the logarithm.
ASSAY_INLINE uint8_t mxfp4_exponent(float largest) {
  if (largest == 0) return 0;
  int exponent = 0;
  if (largest < 0x1p-126f) {
    largest *= 0x1p24f;
    exponent = -24;
  }
  const uint32_t bits = __builtin_bit_cast(uint32_t, largest);
  exponent += (int)(bits >> 23) - 127;
  const int next = exponent + 1, below = 0x800000 - (int)(bits & 0x7fffff);
  // The binade that holds the floats just below `next`, and ln 2 for the slope of the logarithm.
  const uint32_t size = next > 0 ? (uint32_t)next - 1 : (uint32_t)-next;
  if (size > 0 && (float)below <= 0.693147f * (float)(1u << (31 - __builtin_clz(size)))) exponent++;
  return (uint8_t)(exponent - 2 + 127);
}

ASSAY_INLINE float mxfp4_unit(uint8_t exponent) {
  const uint32_t bits = exponent < 2 ? 0x200000u << exponent : (uint32_t)(exponent - 1) << 23;
  return __builtin_bit_cast(float, bits);
}

static void mxfp4_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t count = row_length * rows; count >= 32; count -= 32, values += 32, to += MXFP4_BYTES) {
    const f32x32 x = LOAD(f32x32, values);
    to[0] = mxfp4_exponent(largest32(ABS(x)));
    const float unit = mxfp4_unit(to[0]);
    const int inexact = unit > 0x1p124f;
    STORE(to + 1, fp4_quants16(x.lo, unit, inexact) | fp4_quants16(x.hi, unit, inexact) << 4);
  }
}

static void mxfp4_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += MXFP4_BYTES, values += 32)
    STORE(values, table_floats32(fp4_levels, unpack_nibbles(from + 1)) * mxfp4_unit(from[0]));
}
