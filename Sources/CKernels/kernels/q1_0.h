// Q1_0: a half scale, the mean magnitude, and 128 signs: bit i is set where element i is not negative.

enum { Q1_0_BYTES = 18 };

static void q1_0_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  const size_t total = row_length * rows / 128;
  for (size_t start = 0; start < total; start += LANES) {
    const size_t count = ASSAY_MIN(total - start, (size_t)LANES);
    float sums[LANES];
    STORE(sums, magnitude_sums(values, 128, count));
    for (size_t i = 0; i < count; i++, values += 128, to += Q1_0_BYTES) {
      store_half(to, float_to_half(sums[i] / 128));
      for (int j = 0; j < 4; j++) {
        b32 positive = __builtin_convertvector(LOAD(f32x32, values + 32 * j) >= 0, b32);
        STORE(to + 2 + 4 * j, __builtin_bit_cast(uint32_t, positive));
      }
    }
  }
}

static void q1_0_read(const uint8_t *from, byte_block *block) {
  for (size_t j = 0; j < 4; j++) {
    const b32 positive = __builtin_bit_cast(b32, LOAD(uint32_t, from + 2 + 4 * j));
    STORE(block->quants + 32 * j, __builtin_convertvector(positive, i8x32) * 2 - 1);
    block->scale[2 * j] = block->scale[2 * j + 1] = load_half(from);
  }
}
BYTE_FORMAT(q1_0, 128, Q1_0_BYTES)
