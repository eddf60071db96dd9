// Q5_0: a half scale and 32 quants of five bits, offset by 16.

enum { Q5_0_BYTES = 22, Q5_0_LEVELS = 16 };

ASSAY_INLINE void q5_0_fit(const lane_f x[32], const lane_f w[32], const float *const from[LANES],
                           size_t present, uint8_t *to) {
  symmetric_fit_blocks(x, w, from, present, to, Q5_0_LEVELS, Q5_0_BYTES, pack_five_bits);
}

static void q5_0_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    encode_weighted(values, importance, blocks, row_length, rows, Q5_0_BYTES, q5_0_fit);
  else
    symmetric_encode_plain(values, blocks, row_length * rows, Q5_0_LEVELS, Q5_0_BYTES,
                           pack_five_bits);
}

static void q5_0_decode(const void *blocks, float *values, size_t count) {
  symmetric_decode(blocks, values, count, Q5_0_LEVELS, Q5_0_BYTES, unpack_five_bits);
}

ASSAY_INLINE void q5_0_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  row_halves(rows, offset, block->scale);
  five_bits_open(rows, offset + 2, block);
}
ASSAY_INLINE void q5_0_four(const row_block *block, size_t index, assay_v v[4]) {
  assay_uv quants[4];
  five_bits_four(block, index, quants);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = WORDS_TO_FLOAT(quants[e] - Q5_0_LEVELS) * block->scale[0];
}
static const row_format q5_0_rows = {32, Q5_0_BYTES, q5_0_open, q5_0_four};
ROW_FUNCTIONS(q5_0)
