// TQ2_0: 66 bytes for 256 elements: two bits each, and a half scale behind them. Byte i of each half
// holds elements i, i + 32, i + 64 and i + 96, from the bottom.

enum { TQ2_0_BYTES = 66, TQ2_0_D = 64 };

static void tq2_0_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t count = row_length * rows; count >= 256;
       count -= 256, values += 256, to += TQ2_0_BYTES) {
    const float d = largest_magnitude(values, 256);
    uint8_t quants[256];
    ternary_quants(values, 256, d, 1, quants);
    for (int half = 0; half < 2; half++) {
      const uint8_t *q = quants + 128 * half;
      STORE(to + 32 * half, LOAD(u8x32, q) | LOAD(u8x32, q + 32) << 2 | LOAD(u8x32, q + 64) << 4 |
                                LOAD(u8x32, q + 96) << 6);
    }
    store_half(to + TQ2_0_D, float_to_half(d));
  }
}

static void tq2_0_read(const uint8_t *from, byte_block *block) {
  const float d = load_half(from + TQ2_0_D);
  for (size_t i = 0; i < 8; i++)
    read_ternary32(block, 32 * i, LOAD(u8x32, from + i / 4 * 32) >> (uint8_t)(2 * (i % 4)) & 3, d);
}
BYTE_FORMAT(tq2_0, 256, TQ2_0_BYTES)
