// IQ4_NL: a half scale and 32 nibbles that name levels.

enum { IQ4_NL_BYTES = 18 };

ASSAY_INLINE void iq4_nl_encode_any(const float *values, const float *importance, uint8_t *to,
                                    size_t row_length, size_t rows) {
  const size_t total = row_length * rows / 32;
  for (size_t start = 0; start < total; start += LANES) {
    const float *from = values + 32 * start;
    const size_t count = ASSAY_MIN(total - start, (size_t)LANES);
    float scales[LANES];
    iq4_scales(from, count, 32, importance, 32 * start % row_length, row_length, scales);
    for (size_t i = 0; i < count; i++, from += 32, to += IQ4_NL_BYTES) {
      store_half(to, float_to_half(scales[i]));
      pack_nibbles(iq4_quants32(from, scales[i] != 0 ? 1.0f / scales[i] : 0.0f), to + 2);
    }
  }
}

static void iq4_nl_encode(const float *values, const float *importance, void *blocks,
                          size_t row_length, size_t rows) {
  if (importance)
    iq4_nl_encode_any(values, importance, blocks, row_length, rows);
  else
    iq4_nl_encode_any(values, NULL, blocks, row_length, rows);
}

static void iq4_nl_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += IQ4_NL_BYTES, values += 32)
    iq4_decode32(from + 2, load_half(from), values);
}

ASSAY_INLINE void iq4_nl_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  row_halves(rows, offset, block->scale);
  row_words4(rows, offset + 2, block->words);
}
ASSAY_INLINE void iq4_nl_four(const row_block *block, size_t index, assay_v v[4]) {
  iq4_four(block->words, index, block->scale, v);
}
static const row_format iq4_nl_rows = {32, IQ4_NL_BYTES, iq4_nl_open, iq4_nl_four};
ROW_FUNCTIONS(iq4_nl)
