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
