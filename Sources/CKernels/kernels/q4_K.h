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

ASSAY_INLINE void q4_K_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  six_bits_open(rows, offset, block);
  for (size_t j = 0; j < 4; j++) row_words8(rows, offset + 16 + 32 * j, block->words + 8 * j);
}
ASSAY_INLINE void q4_K_four(const row_block *block, size_t index, assay_v v[4]) {
  const size_t part = index / 8;
  const assay_uv quants =
      block->words[part / 2 * 8 + index % 8] >> (uint32_t)(part % 2 * 4) & 0x0f0f0f0f;
  assay_uv each[4];
  words_bytes(&quants, each);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = block->scale[part] * WORDS_TO_FLOAT(each[e]) - block->minimum[part];
}
static const row_format q4_K_rows = {256, 144, q4_K_open, q4_K_four};
ROW_FUNCTIONS(q4_K)
