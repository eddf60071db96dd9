// Q4_1: a half scale, a half minimum and 32 nibbles.

enum { Q4_1_BYTES = 20, Q4_1_LEVELS = 15 };

ASSAY_INLINE void q4_1_fit(const lane_f x[32], const lane_f w[32], const float *const from[LANES],
                           size_t present, uint8_t *to) {
  affine_fit_blocks(x, w, from, present, to, Q4_1_LEVELS, Q4_1_BYTES, pack_nibbles);
}

static void q4_1_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    encode_weighted(values, importance, blocks, row_length, rows, Q4_1_BYTES, q4_1_fit);
  else
    affine_encode_plain(values, blocks, row_length * rows, Q4_1_LEVELS, Q4_1_BYTES, pack_nibbles);
}

static void q4_1_decode(const void *blocks, float *values, size_t count) {
  affine_decode(blocks, values, count, Q4_1_BYTES, unpack_nibbles);
}

ASSAY_INLINE void q4_1_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  row_scale_minimum(rows, offset, block);
  row_words4(rows, offset + 4, block->words);
}
ASSAY_INLINE void q4_1_four(const row_block *block, size_t index, assay_v v[4]) {
  const assay_uv quants = block->words[index % 4] >> (uint32_t)(index / 4 * 4);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = WORDS_TO_FLOAT(quants >> 8 * e & 15) * block->scale[0] + block->minimum[0];
}
static const row_format q4_1_rows = {32, Q4_1_BYTES, q4_1_open, q4_1_four};
ROW_FUNCTIONS(q4_1)
