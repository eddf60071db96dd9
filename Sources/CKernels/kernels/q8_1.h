// Q8_1: Q8_0 with the sum of the block, scaled, as a half behind the scale.

static void q8_1_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t count = row_length * rows; count >= 32; count -= 32, values += 32, to += 36) {
    float d;
    i32x32 q = signed_bytes(values, &d);
    store_half(to, float_to_half(d));
    store_half(to + 2, float_to_half((float)__builtin_reduce_add(q) * d));
    STORE(to + 4, __builtin_convertvector(q, i8x32));
  }
}

static void q8_1_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += 36, values += 32)
    STORE(values, __builtin_convertvector(LOAD(i8x32, from + 4), f32x32) * load_half(from));
}
