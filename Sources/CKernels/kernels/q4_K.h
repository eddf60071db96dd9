// Q4_K: 144 bytes for 256 elements; two sub-blocks share 32 bytes, low and high nibbles.

ASSAY_INLINE void q4_K_pack(const u8x32 quants[8], uint8_t *to) {
  for (int j = 0; j < 4; j++) STORE(to + 32 * j, quants[2 * j] | quants[2 * j + 1] << 4);
}
ASSAY_INLINE void q4_K_unpack(const uint8_t *from, u8x32 quants[8]) {
  for (int j = 0; j < 4; j++) {
    u8x32 both = LOAD(u8x32, from + 32 * j);
    quants[2 * j] = both & 15;
    quants[2 * j + 1] = both >> 4;
  }
}

static const scale_min_format q4_K = {
    SCALE_MIN_SIX_BITS, .block_bytes = 144, .pack = q4_K_pack, .unpack = q4_K_unpack,
    .plain = {15, -1.0f, 0.1f, 20}, .weighted = {15, -0.9f, 0.05f, 36},
};

static void q4_K_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  scale_min_encode(&q4_K, values, importance, blocks, row_length, rows);
}
static void q4_K_decode(const void *blocks, float *values, size_t count) {
  scale_min_decode(&q4_K, blocks, values, count);
}
