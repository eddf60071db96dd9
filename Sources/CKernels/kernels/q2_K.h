// Q2_K: 84 bytes for 256 elements: 16 bytes of scales (low nibbles) and minimums (high nibbles) of
// 16 elements each, bit pairs, and two halves that scale those.

ASSAY_INLINE void q2_K_pack_scales(const uint8_t *scale, const uint8_t *minimum, uint8_t *to) {
  STORE(to, LOAD(u8x16, scale) | LOAD(u8x16, minimum) << 4);
}
ASSAY_INLINE void q2_K_unpack_scales(const uint8_t *from, uint8_t *scale, uint8_t *minimum) {
  u8x16 both = LOAD(u8x16, from);
  STORE(scale, both & 15);
  STORE(minimum, both >> 4);
}

static const scale_min_format q2_K = {
    .block_bytes = 84, .parts = 16, .levels = 15, .highest = 255, .spread = 1,
    .plain = {3, -0.5f, 0.1f, 15, .absolute = 1}, .weighted = {3, -0.9f, 0.05f, 36},
    .scales = 0, .quants = 16, .d = 80,
    .pack_scales = q2_K_pack_scales, .unpack_scales = q2_K_unpack_scales,
    .pack = pack_bit_pairs, .unpack = unpack_bit_pairs,
};

static void q2_K_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  scale_min_encode(&q2_K, values, importance, blocks, row_length, rows);
}
static void q2_K_decode(const void *blocks, float *values, size_t count) {
  scale_min_decode(&q2_K, blocks, values, count);
}

ASSAY_INLINE void q2_K_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  assay_uv scales[4], last[4];
  row_words4(rows, offset, scales);
  row_words8(rows, offset + 16, block->words);
  row_words8(rows, offset + 48, block->words + 8);
  row_words4(rows, offset + 68, last);
  const assay_uv above = last[3] >> 16;
  assay_v d, dmin;
  words_to_floats(&last[3], &d);
  words_to_floats(&above, &dmin);
  ASSAY_UNROLL
  for (int j = 0; j < 16; j++) {
    const assay_uv both = scales[j / 4] >> j % 4 * 8;
    block->scale[j] = d * WORDS_TO_FLOAT(both & 15);
    block->minimum[j] = dmin * WORDS_TO_FLOAT(both >> 4 & 15);
  }
}
ASSAY_INLINE void q2_K_four(const row_block *block, size_t index, assay_v v[4]) {
  const size_t part = index / 4;
  const assay_uv pairs =
      block->words[index / 32 * 8 + index % 8] >> (uint32_t)(index / 8 % 4 * 2) & 0x03030303;
  assay_uv each[4];
  words_bytes(&pairs, each);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = block->scale[part] * WORDS_TO_FLOAT(each[e]) - block->minimum[part];
}
static const row_format q2_K_rows = {256, 84, q2_K_open, q2_K_four};
ROW_FUNCTIONS(q2_K)
