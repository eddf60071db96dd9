// Q5_K: 176 bytes for 256 elements; Q4_K's nibbles preceded by 32 bytes of fifth bits, where bit j
// belongs to sub-block j.

ASSAY_INLINE void q5_K_pack(const u8x32 quants[8], uint8_t *to) {
  u8x32 fifth = 0;
  for (int j = 0; j < 8; j++) fifth |= quants[j] >> 4 << j;
  STORE(to, fifth);
  for (int j = 0; j < 4; j++)
    STORE(to + 32 + 32 * j, (quants[2 * j] & 15) | quants[2 * j + 1] << 4);
}
ASSAY_INLINE void q5_K_unpack(const uint8_t *from, u8x32 quants[8]) {
  u8x32 fifth = LOAD(u8x32, from);
  q4_K_unpack(from + 32, quants);
  for (int j = 0; j < 8; j++) quants[j] |= (fifth >> j & 1) << 4;
}

static const scale_min_format q5_K = {
    SCALE_MIN_SIX_BITS, .block_bytes = 176, .pack = q5_K_pack, .unpack = q5_K_unpack,
    .plain = {31, -0.5f, 0.1f, 15}, .weighted = {31, -0.9f, 0.05f, 36},
};

static void q5_K_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  scale_min_encode(&q5_K, values, importance, blocks, row_length, rows);
}
static void q5_K_decode(const void *blocks, float *values, size_t count) {
  scale_min_decode(&q5_K, blocks, values, count);
}

ASSAY_INLINE void q5_K_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  six_bits_open(rows, offset, block);
  for (size_t j = 0; j < 5; j++) row_words8(rows, offset + 16 + 32 * j, block->words + 8 * j);
}
ASSAY_INLINE void q5_K_four(const row_block *block, size_t index, assay_v v[4]) {
  const size_t part = index / 8;
  const assay_uv nibbles = block->words[8 + part / 2 * 8 + index % 8] >> (uint32_t)(part % 2 * 4);
  const assay_uv fifth = block->words[index % 8] >> (uint32_t)part & 0x01010101;
  const assay_uv quants = (nibbles & 0x0f0f0f0f) | fifth << 4;
  assay_uv each[4];
  words_bytes(&quants, each);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = block->scale[part] * WORDS_TO_FLOAT(each[e]) - block->minimum[part];
}
static const row_format q5_K_rows = {256, 176, q5_K_open, q5_K_four};
ROW_FUNCTIONS(q5_K)
