// Q3_K: 110 bytes for 256 elements: 32 bytes of third bits, where bit j of byte i belongs to
// element 32·j + i, bit pairs, 16 scales of six bits (nibbles, then the pairs above them), offset
// by 32, for 16 elements each, and a half scale of scales.

enum { Q3_K_BYTES = 110, Q3_K_PAIRS = 32, Q3_K_SCALES = 96, Q3_K_D = 108, Q3_K_LEVELS = 4 };

ASSAY_INLINE void q3_K_pack(const u8x32 quants[8], uint8_t *block) {
  u8x32 third = 0;
  for (int j = 0; j < 8; j++) third |= quants[j] >> 2 << j;
  STORE(block, third);
  pack_bit_pairs(quants, block + Q3_K_PAIRS);
}

ASSAY_INLINE void q3_K_pack_scales(const uint8_t scales[16], uint8_t *packed) {
  for (int j = 0; j < 8; j++) packed[j] = (scales[j] & 15) | (uint8_t)(scales[j + 8] << 4);
  for (int j = 0; j < 4; j++)
    packed[8 + j] = scales[j] >> 4 | scales[j + 4] >> 4 << 2 | scales[j + 8] >> 4 << 4 |
                    (uint8_t)(scales[j + 12] >> 4 << 6);
}
ASSAY_INLINE void q3_K_unpack_scales(const uint8_t *packed, uint8_t scales[16]) {
  for (int j = 0; j < 16; j++) {
    int low = j < 8 ? packed[j] & 15 : packed[j - 8] >> 4;
    scales[j] = (uint8_t)(low | (packed[8 + j % 4] >> j / 4 * 2 & 3) << 4);
  }
}

/// The search results of up to LANES super-blocks, by sub-block.
typedef struct q3_K_batch {
  float scale[16 * LANES], weight[16 * LANES], squares[LANES];
  /// By element: needed only where a sub-block's rounded scale comes out zero.
  uint8_t quants[16][16 * LANES];
} q3_K_batch;

/// With importance: searches LANES sub-blocks, the first of them `first` in the batch.
ASSAY_INLINE void q3_K_search(const float *values, size_t count, size_t first,
                              const float *importance, size_t column, size_t row_length,
                              q3_K_batch *batch) {
  const float *from[LANES], *weights_from[LANES];
  lane_f x[16], w[16], variance, weight = 0;
  for (size_t i = 0; i < LANES; i++) {
    int present = first + i < 16 * count;
    from[i] = present ? values + 16 * (first + i) : zeros;
    weights_from[i] = present ? importance + (column + 16 * (first + i)) % row_length : zeros;
    variance[i] = 2 * batch->squares[(first + i) / 16] / 256;
  }
  load_lanes(x, from, 16);
  load_lanes(w, weights_from, 16);
  weigh_lanes(x, variance, w, 16);
  for (int i = 0; i < 16; i++) weight += w[i];
  symmetric_fit fit;
  lane_i quants[16];
  symmetric_fit_lanes(x, w, 16, Q3_K_LEVELS, 0, &fit);
  symmetric_quant_lanes(x, 16, Q3_K_LEVELS, &fit, quants);
  STORE(batch->scale + first, fit.scale);
  STORE(batch->weight + first, weight);
  for (int i = 0; i < 16; i++)
    STORE(batch->quants[i] + first, __builtin_convertvector(quants[i], lane_u8));
}

/// Without importance: the scale of largest magnitude becomes -32. Returns the block's half.
ASSAY_INLINE uint16_t q3_K_scale_by_extreme(const float values[16], uint8_t quants[16]) {
  float largest = 0, extreme = 0;
  for (int j = 0; j < 16; j++)
    if (ABS(values[j]) > largest) {
      largest = ABS(values[j]);
      extreme = values[j];
    }
  __builtin_memset(quants, 0, 16);
  if (extreme == 0) return 0;
  const float inverse = -32.0f / extreme;
  for (int j = 0; j < 16; j++) {
    // Cut to a byte before it is clamped: an infinity becomes the middle.
    int8_t q = (int8_t)NEAREST_INT(int32_t, inverse * values[j]);
    q = q > -32 ? q : -32;
    quants[j] = (uint8_t)(ASSAY_MIN(q, 31) + 32);
  }
  return float_to_half(1.0f / inverse);
}

/// With importance: every super-block of the batch at once. Scales of extreme weights are infinite,
/// so rounding must be exact.
ASSAY_INLINE void q3_K_scale_by_search(const q3_K_batch *batch, float *scales,
                                       uint8_t (*quants)[16]) {
  lane_f x[16], w[16];
  lane_i q[16];
  for (int i = 0; i < LANES; i++)
    for (int j = 0; j < 16; j++) {
      x[j][i] = batch->scale[16 * i + j];
      w[j][i] = batch->weight[16 * i + j];
    }
  symmetric_fit fit;
  symmetric_fit_lanes(x, w, 16, 32, 1, &fit);
  symmetric_quant_lanes(x, 16, 32, &fit, q);
  STORE(scales, fit.scale);
  for (int i = 0; i < LANES; i++)
    for (int j = 0; j < 16; j++) quants[i][j] = (uint8_t)q[j][i];
}

/// Writes one super-block, rounding its quants again for what it will be read with. `part` is its
/// first sub-block in the batch.
ASSAY_INLINE void q3_K_finish(const float *values, const q3_K_batch *batch, size_t part,
                              uint16_t d, const uint8_t scales[16], uint8_t *block) {
  store_half(block + Q3_K_D, d);
  q3_K_pack_scales(scales, block + Q3_K_SCALES);
  u8x32 quants[8];
  u8x16 *halves = (u8x16 *)quants;
  for (size_t j = 0; j < 16; j++) {
    const float scale = half_to_float(d) * (scales[j] - 32);
    if (scale != 0)
      halves[j] = symmetric_rounded16(LOAD(f32x16, values + 16 * j) / scale, Q3_K_LEVELS);
    else
      for (int i = 0; i < 16; i++) halves[j][i] = batch->quants[i][part + j];
  }
  q3_K_pack(quants, block);
}

ASSAY_INLINE void q3_K_encode_any(const float *values, const float *importance, uint8_t *blocks,
                                  size_t row_length, size_t rows) {
  const size_t total = row_length * rows / 256;
  for (size_t start = 0; start < total; start += LANES) {
    const float *from = values + 256 * start;
    const size_t count = ASSAY_MIN(total - start, (size_t)LANES);
    q3_K_batch batch = {0};
    float scales[LANES];
    uint8_t scale_quants[LANES][16];
    if (importance) {
      STORE(batch.squares, square_sums(from, 256, count));
      for (size_t first = 0; first < 16 * count; first += LANES)
        q3_K_search(from, count, first, importance, 256 * start % row_length, row_length, &batch);
      q3_K_scale_by_search(&batch, scales, scale_quants);
    } else {
      moving_search(from, 16 * count, Q3_K_LEVELS, batch.scale, batch.quants[0], 16 * LANES);
    }
    for (size_t b = 0; b < count; b++) {
      uint16_t d = importance ? float_to_half(scales[b])
                              : q3_K_scale_by_extreme(batch.scale + 16 * b, scale_quants[b]);
      q3_K_finish(from + 256 * b, &batch, 16 * b, d, scale_quants[b],
                  blocks + Q3_K_BYTES * (start + b));
    }
  }
}

static void q3_K_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    q3_K_encode_any(values, importance, blocks, row_length, rows);
  else
    q3_K_encode_any(values, NULL, blocks, row_length, rows);
}

static void q3_K_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *block = blocks;
  for (; count >= 256; count -= 256, block += Q3_K_BYTES, values += 256) {
    const float d = load_half(block + Q3_K_D);
    uint8_t scales[16];
    q3_K_unpack_scales(block + Q3_K_SCALES, scales);
    u8x32 quants[8], third = LOAD(u8x32, block);
    unpack_bit_pairs(block + Q3_K_PAIRS, quants);
    for (int j = 0; j < 8; j++) quants[j] |= (third >> j & 1) << 2;
    const i8x16 *halves = (const i8x16 *)quants;
    for (int j = 0; j < 16; j++) {
      float scale = d * (scales[j] - 32);
      STORE(values + 16 * j, scale * __builtin_convertvector(halves[j] - Q3_K_LEVELS, f32x16));
    }
  }
}

ASSAY_INLINE void q3_K_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  for (size_t j = 0; j < 3; j++) row_words8(rows, offset + 32 * j, block->words + 8 * j);
  // The last 16 bytes of the block: scales from byte 2 on, and the half that scales them.
  assay_uv last[4];
  row_words4(rows, offset + Q3_K_BYTES - 16, last);
  const assay_uv half = last[3] >> 16;
  assay_v d;
  words_to_floats(&half, &d);
#define PACKED(i) (last[(2 + (i)) / 4] >> (2 + (i)) % 4 * 8)
  ASSAY_UNROLL
  for (int j = 0; j < 16; j++) {
    const assay_uv low = PACKED(j % 8) >> j / 8 * 4 & 15, high = PACKED(8 + j % 4) >> j / 4 * 2 & 3;
    block->scale[j] = d * WORDS_TO_FLOAT((low | high << 4) - 32);
  }
#undef PACKED
}
ASSAY_INLINE void q3_K_four(const row_block *block, size_t index, assay_v v[4]) {
  const assay_uv pairs =
      block->words[8 + index / 32 * 8 + index % 8] >> (uint32_t)(index / 8 % 4 * 2);
  const assay_uv third = block->words[index % 8] >> (uint32_t)(index / 8) & 0x01010101;
  const assay_uv quants = (pairs & 0x03030303) | third << 2;
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = block->scale[index / 4] * WORDS_TO_FLOAT((quants >> 8 * e & 7) - Q3_K_LEVELS);
}
static const row_format q3_K_rows = {256, Q3_K_BYTES, q3_K_open, q3_K_four};
ROW_FUNCTIONS(q3_K)
