// Q4_0: a half scale and 32 nibbles, offset by 8.

enum { Q4_0_BYTES = 18, Q4_0_LEVELS = 8 };

ASSAY_INLINE void q4_0_fit(const lane_f x[32], const lane_f w[32], const float *const from[LANES],
                           size_t present, uint8_t *to) {
  symmetric_fit_blocks(x, w, from, present, to, Q4_0_LEVELS, Q4_0_BYTES, pack_nibbles);
}

static void q4_0_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    encode_weighted(values, importance, blocks, row_length, rows, Q4_0_BYTES, q4_0_fit);
  else
    symmetric_encode_plain(values, blocks, row_length * rows, Q4_0_LEVELS, Q4_0_BYTES,
                           pack_nibbles);
}

static void q4_0_decode(const void *blocks, float *values, size_t count) {
  symmetric_decode(blocks, values, count, Q4_0_LEVELS, Q4_0_BYTES, unpack_nibbles);
}

ASSAY_INLINE void q4_0_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  row_halves(rows, offset, block->scale);
  row_words4(rows, offset + 2, block->words);
}
ASSAY_INLINE void q4_0_four(const row_block *block, size_t index, assay_v v[4]) {
  const assay_uv quants = block->words[index % 4] >> (uint32_t)(index / 4 * 4) & 0x0f0f0f0f;
  assay_uv each[4];
  words_bytes(&quants, each);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = WORDS_TO_FLOAT(each[e] - Q4_0_LEVELS) * block->scale[0];
}
static const row_format q4_0_rows = {32, Q4_0_BYTES, q4_0_open, q4_0_four};
ROW_FUNCTIONS(q4_0)
