// MXFP4: a power of two (E8M0) and 32 nibbles, four-bit floats.

enum { MXFP4_BYTES = 17 };

/// ggml's exponent is that of the largest magnitude less two; it wraps around for subnormals. It goes
/// through log2f, which gives the next whole number already just below a power of two: where the
/// distance is less than half a unit in the last place of the logarithm.
ASSAY_INLINE uint8_t mxfp4_exponent(float largest) {
  if (largest == 0) return 0;
  const int subnormal = largest < 0x1p-126f;
  const uint32_t bits = __builtin_bit_cast(uint32_t, subnormal ? largest * 0x1p24f : largest);
  const int exponent = (int)(bits >> 23) - (subnormal ? 127 + 24 : 127);
  // The magnitude of logarithms just below `exponent` + 1, and ln 2, for the slope of the logarithm,
  // times half a unit in the last place of those.
  const uint32_t size = (uint32_t)(exponent ^ exponent >> 31);
  const uint32_t near = 0x58b90bfbu >> __builtin_clz(size | 1);
  const int rounds_up = (bits & 0x7fffff) + near > 0x7fffff;
  return (uint8_t)(exponent + rounds_up - 2 + 127);
}

/// The power of two that nibbles count, half of the stored one.
ASSAY_INLINE float mxfp4_unit(uint8_t exponent) {
  const uint32_t bits = exponent < 2 ? 0x200000u << exponent : (uint32_t)(exponent - 1) << 23;
  return __builtin_bit_cast(float, bits);
}

/// `fp4_nearest16` where the unit is a normal power of two and no level overflows: from two units on, a
/// level is the exponent and one bit of mantissa, rounded with halves down.
ASSAY_INLINE u8x16 mxfp4_nearest16(f32x16 x, uint8_t exponent) {
  const float unit = mxfp4_unit(exponent);
  const f32x16 magnitude = ABS(x);
  i32x16 level = __builtin_bit_cast(i32x16, magnitude) + (0x1fffff - ((exponent - 1) << 23));
  level >>= 22;
  const i32x16 small = -((magnitude > 0.5f * unit) + (magnitude > 1.5f * unit));
  level = level > small ? level : small;
  level = level < 7 ? level : (i32x16)7;
  return fp4_signed16(level, x);
}

static void mxfp4_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t count = row_length * rows; count >= 32; count -= 32, values += 32, to += MXFP4_BYTES) {
    const f32x32 x = LOAD(f32x32, values);
    const uint8_t exponent = mxfp4_exponent(largest32(ABS(x)));
    u8x16 low, high;
    if (__builtin_expect(exponent < 4 || exponent > 252, 0)) {
      low = fp4_least16(x.lo, mxfp4_unit(exponent));
      high = fp4_least16(x.hi, mxfp4_unit(exponent));
    } else {
      low = mxfp4_nearest16(x.lo, exponent);
      high = mxfp4_nearest16(x.hi, exponent);
    }
    to[0] = exponent;
    STORE(to + 1, low | high << 4);
  }
}

static void mxfp4_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += MXFP4_BYTES, values += 32)
    STORE(values, table_floats32(fp4_levels, unpack_nibbles(from + 1)) * mxfp4_unit(from[0]));
}
