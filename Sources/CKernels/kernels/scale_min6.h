// The header of Q4_K and Q5_K: two halves (scale of scales, scale of minimums), then eight scales
// and eight minimums of six bits in 12 bytes.

ASSAY_INLINE void pack_scale_min(const uint8_t *scale, const uint8_t *minimum, uint8_t *packed) {
  for (int j = 0; j < 4; j++) {
    packed[j] = scale[j] | (uint8_t)(scale[j + 4] >> 4 << 6);
    packed[j + 4] = minimum[j] | (uint8_t)(minimum[j + 4] >> 4 << 6);
    packed[j + 8] = (scale[j + 4] & 15) | (uint8_t)(minimum[j + 4] << 4);
  }
}
ASSAY_INLINE void unpack_scale_min(const uint8_t *packed, uint8_t *scale, uint8_t *minimum) {
  for (int j = 0; j < 4; j++) {
    scale[j] = packed[j] & 63;
    minimum[j] = packed[j + 4] & 63;
    scale[j + 4] = (packed[j + 8] & 15) | packed[j] >> 6 << 4;
    minimum[j + 4] = packed[j + 8] >> 4 | packed[j + 4] >> 6 << 4;
  }
}

#define SCALE_MIN_SIX_BITS                                                              \
  .parts = 8, .levels = 63, .highest = 63, .adds_deviation = 1, .spread = 2, .d = 0,    \
  .scales = 4, .quants = 16, .pack_scales = pack_scale_min, .unpack_scales = unpack_scale_min

/// The header at `offset` of 16 rows: scales and minimums of the eight sub-blocks in lanes.
ASSAY_INLINE void six_bits_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  assay_uv head[4];
  row_words4(rows, offset, head);
  const assay_uv above = head[0] >> 16;
  assay_v d, dmin;
  words_to_floats(&head[0], &d);
  words_to_floats(&above, &dmin);
  ASSAY_UNROLL
  for (int j = 0; j < 4; j++) {
    const assay_uv a = head[1] >> 8 * j, b = head[2] >> 8 * j, both = head[3] >> 8 * j;
    block->scale[j] = d * WORDS_TO_FLOAT(a & 63);
    block->minimum[j] = dmin * WORDS_TO_FLOAT(b & 63);
    block->scale[j + 4] = d * WORDS_TO_FLOAT((both & 15) | (a >> 2 & 48));
    block->minimum[j + 4] = dmin * WORDS_TO_FLOAT((both >> 4 & 15) | (b >> 2 & 48));
  }
}
