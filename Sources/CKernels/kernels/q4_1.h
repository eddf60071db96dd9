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
