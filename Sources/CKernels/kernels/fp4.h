// What MXFP4 and NVFP4 share: four-bit floats (E2M1), stored as a sign above three bits and counted
// in half units, so that the magnitudes are 0, 1, 2, 3, 4, 6, 8 and 12.

static const int8_t fp4_levels[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
static const float fp4_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// The nearest levels; of two equally near the smaller magnitude, and no negative zero.
ASSAY_INLINE u8x16 fp4_nearest16(f32x16 x, float unit) {
  const f32x16 magnitude = ABS(x);
  i32x16 above = -(magnitude > 0.5f * unit);
#define EDGE(at) above -= magnitude > at * unit
  EDGE(1.5f);
  EDGE(2.5f);
  EDGE(3.5f);
  EDGE(5.0f);
  EDGE(7.0f);
  EDGE(10.0f);
#undef EDGE
  i32x16 sign = (x < 0) & (above > 0) & 8;
  return __builtin_convertvector(above | sign, u8x16);
}

/// The same by definition (ggml: best_index_mxfp4): for where differences from levels
/// round or levels overflow: the first of the sixteen with the least difference.
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

/// The nearest levels of elements that were divided by the unit exactly: from 2 on a level is a float
/// with one bit of mantissa, so rounding the bits (halves down) gives its index; below, that is never
/// above the count of edges passed.
ASSAY_INLINE i32x16 fp4_scaled16(f32x16 x) {
  const f32x16 v = ABS(x);
  const i32x16 few = -(v > 0.5f) - (v > 1.5f);
  const i32x16 many = ((__builtin_bit_cast(i32x16, v) + 0x1fffff) >> 22) - 254;
  const i32x16 either = few > many ? few : many, index = either < 7 ? either : (i32x16)7;
  return index | ((x < 0) & (index > 0) & 8);
}
