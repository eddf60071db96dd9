// What TQ1_0, TQ2_0 and Q2_0 share: the largest magnitude becomes 1, and every element the nearest of
// -1, 0 and 1, halves away from zero.

/// The largest magnitude of `count` elements, a multiple of 32.
ASSAY_INLINE float largest_magnitude(const float *values, int count) {
  f32x32 largest = ABS(LOAD(f32x32, values));
  for (int i = 32; i < count; i += 32) {
    f32x32 next = ABS(LOAD(f32x32, values + i));
    largest = next > largest ? next : largest;
  }
  return largest32(largest);
}

/// Nearest plus one, for `count` elements, a multiple of 32. `lost` is what stands for elements whose
/// inverse overflows (a largest magnitude below 2^-128).
ASSAY_INLINE void ternary_quants(const float *values, int count, float largest, int lost,
                                 uint8_t *quants) {
  const float inverse = largest > 0 ? 1.0f / largest : 0.0f;
  if (inverse == __builtin_inff()) {
    __builtin_memset(quants, lost, (size_t)count);
    return;
  }
  for (int i = 0; i < count; i += 32) {
    f32x32 v = LOAD(f32x32, values + i) * inverse;
    i32x32 q = (v <= -0.5f) - (v >= 0.5f) + 1;
    STORE(quants + i, __builtin_convertvector(q, u8x32));
  }
}

/// The 32 elements from `first` on: (q - 1)·d.
ASSAY_INLINE void read_ternary32(byte_block *block, size_t first, u8x32 quants, float d) {
  STORE(block->quants + first, __builtin_bit_cast(i8x32, quants) - 1);
  block->scale[first / 16] = block->scale[first / 16 + 1] = d;
}
