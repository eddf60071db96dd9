// Q5_1: a half scale, a half minimum and 32 quants of five bits.

enum { Q5_1_BYTES = 24, Q5_1_LEVELS = 31 };

ASSAY_INLINE void q5_1_fit(const lane_f x[32], const lane_f w[32], const float *const from[LANES],
                           size_t present, uint8_t *to) {
  affine_fit_blocks(x, w, from, present, to, Q5_1_LEVELS, Q5_1_BYTES, pack_five_bits);
}

static void q5_1_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    encode_weighted(values, importance, blocks, row_length, rows, Q5_1_BYTES, q5_1_fit);
  else
    affine_encode_plain(values, blocks, row_length * rows, Q5_1_LEVELS, Q5_1_BYTES, pack_five_bits);
}

static void q5_1_decode(const void *blocks, float *values, size_t count) {
  affine_decode(blocks, values, count, Q5_1_BYTES, unpack_five_bits);
}

ASSAY_INLINE void q5_1_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  row_scale_minimum(rows, offset, block);
  five_bits_open(rows, offset + 4, block);
}
ASSAY_INLINE void q5_1_four(const row_block *block, size_t index, assay_v v[4]) {
  assay_uv quants[4];
  five_bits_four(block, index, quants);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = WORDS_TO_FLOAT(quants[e]) * block->scale[0] + block->minimum[0];
}
static const row_format q5_1_rows = {32, Q5_1_BYTES, q5_1_open, q5_1_four};
ROW_FUNCTIONS(q5_1)
