// Q8_0: a half scale and 32 signed bytes.

/// The quants of 32 elements.
ASSAY_INLINE i32x32 signed_bytes(const float *values, float inverse) {
  // Below 2^-128 the inverse overflows; what no byte can hold becomes zero, as in ggml on x86.
  f32x32 v = LOAD(f32x32, values) * inverse;
  v = ABS(v) < 128 ? v : (f32x32)0;
  // roundf, halves away from zero: the greatest float below a half never carries too far.
  i32x32 half = (__builtin_bit_cast(i32x32, v) & (int32_t)0x80000000) | 0x3effffff;
  return __builtin_convertvector(v + __builtin_bit_cast(f32x32, half), i32x32);
}

static void q8_0_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t left = row_length * rows / 32, present; left > 0; left -= present) {
    present = ASSAY_MIN(left, (size_t)GROUP);
    const group_scales scales = scales_of_group(magnitudes_of_group(values, present) / 127);
    for (size_t i = 0; i < present; i++, values += 32, to += 34) {
      prefetch_ahead(values);
      store_half(to, scales.half[i]);
      STORE(to + 2, __builtin_convertvector(signed_bytes(values, scales.inverse[i]), i8x32));
    }
  }
}

static void q8_0_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += 34, values += 32)
    STORE(values, __builtin_convertvector(LOAD(i8x32, from + 2), f32x32) * load_half(from));
}
