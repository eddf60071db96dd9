// Q8_1: Q8_0 with the sum of the block, scaled, as a half behind the scale.

static void q8_1_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t left = row_length * rows / 32, present; left > 0; left -= present) {
    present = ASSAY_MIN(left, (size_t)GROUP);
    const f32x16 scale = magnitudes_of_group(values, present) / 127;
    const group_scales scales = scales_of_group(scale);
    for (size_t i = 0; i < present; i++, values += 32, to += 36) {
      prefetch_ahead(values);
      const i32x32 q = signed_bytes(values, scales.inverse[i]);
      store_half(to, scales.half[i]);
      store_half(to + 2, float_to_half((float)__builtin_reduce_add(q) * scale[i]));
      STORE(to + 4, __builtin_convertvector(q, i8x32));
    }
  }
}

static void q8_1_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += 36, values += 32)
    STORE(values, __builtin_convertvector(LOAD(i8x32, from + 4), f32x32) * load_half(from));
}
