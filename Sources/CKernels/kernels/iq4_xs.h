// IQ4_XS: 136 bytes for 256 elements: a half scale of scales, 8 scales of six bits (the high pairs
// in 2 bytes, the low nibbles in 4) and 8 × 16 bytes of nibbles that name levels.

enum { IQ4_XS_BYTES = 136, IQ4_XS_HIGH = 2, IQ4_XS_LOW = 4, IQ4_XS_QUANTS = 8 };

/// The six-bit scales are for `d` before it becomes a half, and so are the quants.
ASSAY_INLINE void iq4_xs_finish(const float *values, const float scales[8], uint8_t *block) {
  float largest = 0, extreme = 0;
  for (int j = 0; j < 8; j++)
    if (ABS(scales[j]) > largest) {
      largest = ABS(scales[j]);
      extreme = scales[j];
    }
  const float d = -extreme / 32, inverse = d != 0 ? 1.0f / d : 0.0f;
  __builtin_memset(block, 0, IQ4_XS_QUANTS);
  store_half(block, float_to_half(d));
  for (int j = 0; j < 8; j++) {
    int32_t q = NEAREST_INT(int32_t, inverse * scales[j]);
    q = q < -32 ? -32 : ASSAY_MIN(q, 31);
    const float scale = d * (float)q;
    block[IQ4_XS_LOW + j / 2] |= (uint8_t)(((q + 32) & 15) << 4 * (j % 2));
    block[IQ4_XS_HIGH + j / 4] |= (uint8_t)((q + 32) >> 4 << 2 * (j % 4));
    pack_nibbles(iq4_quants32(values + 32 * j, scale != 0 ? 1.0f / scale : 0.0f),
                 block + IQ4_XS_QUANTS + 16 * j);
  }
}

ASSAY_INLINE void iq4_xs_encode_any(const float *values, const float *importance, uint8_t *to,
                                    size_t row_length, size_t rows) {
  const size_t total = row_length * rows / 256;
  for (size_t start = 0; start < total; start += LANES) {
    const float *from = values + 256 * start;
    const size_t count = ASSAY_MIN(total - start, (size_t)LANES);
    float scales[8 * LANES];
    iq4_scales(from, count, 256, importance, 256 * start % row_length, row_length, scales);
    for (size_t i = 0; i < count; i++, from += 256, to += IQ4_XS_BYTES)
      iq4_xs_finish(from, scales + 8 * i, to);
  }
}

static void iq4_xs_encode(const float *values, const float *importance, void *blocks,
                          size_t row_length, size_t rows) {
  if (importance)
    iq4_xs_encode_any(values, importance, blocks, row_length, rows);
  else
    iq4_xs_encode_any(values, NULL, blocks, row_length, rows);
}

static void iq4_xs_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *block = blocks;
  for (; count >= 256; count -= 256, block += IQ4_XS_BYTES, values += 256) {
    const float d = load_half(block);
    for (int j = 0; j < 8; j++) {
      const int low = block[IQ4_XS_LOW + j / 2] >> 4 * (j % 2) & 15;
      const int high = block[IQ4_XS_HIGH + j / 4] >> 2 * (j % 4) & 3;
      iq4_decode32(block + IQ4_XS_QUANTS + 16 * j, d * (float)((low | high << 4) - 32),
                   values + 32 * j);
    }
  }
}

ASSAY_INLINE void iq4_xs_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  assay_uv head[4];
  assay_v d;
  row_words4(rows, offset, head);
  words_to_floats(&head[0], &d);
  ASSAY_UNROLL
  for (int j = 0; j < 8; j++) {
    const assay_uv low = head[1] >> 4 * j & 15, high = head[0] >> (16 + 2 * j) & 3;
    block->scale[j] = d * WORDS_TO_FLOAT((low | high << 4) - 32);
  }
  for (size_t j = 0; j < 4; j++)
    row_words8(rows, offset + IQ4_XS_QUANTS + 32 * j, block->words + 8 * j);
}
ASSAY_INLINE void iq4_xs_four(const row_block *block, size_t index, assay_v v[4]) {
  const size_t part = index / 8;
  iq4_four(block->words + 4 * part, index % 8, &block->scale[part], v);
}
static const row_format iq4_xs_rows = {256, IQ4_XS_BYTES, iq4_xs_open, iq4_xs_four};
ROW_FUNCTIONS(iq4_xs)
