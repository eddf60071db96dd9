// What MXFP4 and NVFP4 share: four-bit floats (E2M1), stored as a sign above three bits and counted
// in half units, so that the magnitudes are 0, 1, 2, 3, 4, 6, 8 and 12.

static const int8_t fp4_levels[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
/// Levels with the signs of x. There is no negative zero.
ASSAY_INLINE u8x16 fp4_signed16(i32x16 level, f32x16 x) {
  const i32x16 sign = __builtin_bit_cast(i32x16, x) >> 28 & 8;
  return __builtin_convertvector(level | (sign & (level > 0)), u8x16);
}

/// The nearest levels; of two equally near the smaller magnitude, and no negative zero.
ASSAY_INLINE u8x16 fp4_nearest16(f32x16 x, float unit) {
  const f32x16 magnitude = ABS(x);
  i32x16 below = 0;
#define EDGE(at) below += magnitude > at * unit
  EDGE(0.5f);
  EDGE(1.5f);
  EDGE(2.5f);
  EDGE(3.5f);
  EDGE(5.0f);
  EDGE(7.0f);
  EDGE(10.0f);
#undef EDGE
  return fp4_signed16(-below, x);
}

/// The same by definition (ggml: best_index_mxfp4), for where differences from levels round or levels
/// overflow: the first of the sixteen with the least difference.
ASSAY_INLINE u8x16 fp4_least16(f32x16 x, float unit) {
  f32x16 least = ABS(x);
  i32x16 best = 0;
  for (int i = 1; i < 16; i++) {
    f32x16 difference = ABS(fp4_levels[i] * unit - x);
    i32x16 closer = difference < least;
    best = closer ? (i32x16)i : best;
    least = closer ? difference : least;
  }
  return __builtin_convertvector(best, u8x16);
}
