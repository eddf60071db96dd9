// What Q4_K and Q5_K share: super-blocks of 8 sub-blocks of 32, each with a 6-bit scale and a
// 6-bit minimum; a block begins with two halves (scale of scales, scale of minimums) and the
// 12 bytes that pack them.

ASSAY_INLINE void pack_scale_min(const uint8_t scale[8], const uint8_t minimum[8], uint8_t *packed) {
  for (int j = 0; j < 4; j++) {
    packed[j] = scale[j] | (uint8_t)(scale[j + 4] >> 4 << 6);
    packed[j + 4] = minimum[j] | (uint8_t)(minimum[j + 4] >> 4 << 6);
    packed[j + 8] = (scale[j + 4] & 15) | (uint8_t)(minimum[j + 4] << 4);
  }
}
ASSAY_INLINE void unpack_scale_min(const uint8_t *packed, uint8_t scale[8], uint8_t minimum[8]) {
  for (int j = 0; j < 4; j++) {
    scale[j] = packed[j] & 63;
    minimum[j] = packed[j + 4] & 63;
    scale[j + 4] = (packed[j + 8] & 15) | packed[j] >> 6 << 4;
    minimum[j + 4] = packed[j + 8] >> 4 | packed[j + 4] >> 6 << 4;
  }
}

/// The search results of up to LANES super-blocks, by sub-block.
typedef struct scale_min_batch {
  float scale[8 * LANES], minimum[8 * LANES], inverse[8 * LANES], offset[8 * LANES];
  float weight[8 * LANES], squares[LANES];
} scale_min_batch;

/// Searches LANES sub-blocks, the first of them `first` in the batch.
ASSAY_INLINE void scale_min_search(const float *values, size_t count, size_t first,
                                   const float *importance, size_t column, size_t row_length,
                                   affine_search search, scale_min_batch *batch) {
  const float *from[LANES], *weights_from[LANES];
  lane_f x[32], w[32];
  for (size_t i = 0; i < LANES; i++) {
    int present = first + i < 8 * count;
    from[i] = present ? values + 32 * (first + i) : zeros;
    weights_from[i] = present && importance
        ? importance + (column + 32 * (first + i)) % row_length : zeros;
  }
  load_lanes(x, from, 32);
  if (importance) {
    load_lanes(w, weights_from, 32);
    lane_f variance;
    for (int i = 0; i < LANES; i++) variance[i] = 2 * batch->squares[(first + i) / 8] / 256;
    weigh_lanes(x, variance, w);
  } else {
    lane_f sum = 0;
    for (int i = 0; i < 32; i++) sum += x[i] * x[i];
    lane_f deviation = SQRT(sum / 32.0f);
    for (int i = 0; i < 32; i++) w[i] = deviation + ABS(x[i]);
  }
  affine_fit fit;
  affine_fit_lanes(x, w, 32, search, &fit);
  STORE(batch->scale + first, fit.scale);
  STORE(batch->minimum + first, fit.minimum);
  STORE(batch->inverse + first, fit.inverse);
  STORE(batch->offset + first, fit.offset);
  STORE(batch->weight + first, fit.weight);
}

/// Without importance: 63 stands for the largest scale, and for the largest minimum.
ASSAY_INLINE float scale_by_largest(const float values[8], uint8_t quants[8]) {
  float largest = 0;
  for (int j = 0; j < 8; j++)
    if (values[j] > largest) largest = values[j];
  float inverse = largest > 0 ? 63.0f / largest : 0.0f;
  for (int j = 0; j < 8; j++) {
    uint8_t q = (uint8_t)NEAREST_INT(int32_t, inverse * values[j]);
    quants[j] = ASSAY_MIN(q, 63);
  }
  return largest / 63.0f;
}

/// With importance: every super-block of the batch at once.
ASSAY_INLINE void scale_by_search(const float *values, const float *weights, float *scales,
                                  uint8_t (*quants)[8]) {
  lane_f x[8], w[8];
  lane_i q[8];
  for (int i = 0; i < LANES; i++)
    for (int j = 0; j < 8; j++) {
      x[j][i] = values[8 * i + j];
      w[j][i] = weights[8 * i + j];
    }
  lane_f scale = positive_fit_lanes(x, w, 8, 63, q);
  STORE(scales, scale);
  for (int i = 0; i < LANES; i++)
    for (int j = 0; j < 8; j++) quants[i][j] = (uint8_t)q[j][i];
}

/// The final quants of one sub-block, by the rounded scale and minimum.
ASSAY_INLINE u8x32 affine_requantize(const float *values, float scale, float minimum, float inverse,
                                     float offset, int levels) {
  f32x32 x = LOAD(f32x32, values);
  return affine_quants32(scale != 0 ? (x + minimum) / scale : inverse * (x - offset), levels);
}

/// Encodes whole super-blocks; `pack` writes the quants of one behind its 16-byte header.
ASSAY_INLINE void scale_min_encode(const float *values, const float *importance, uint8_t *blocks,
                                   size_t row_length, size_t rows, affine_search search,
                                   size_t block_bytes,
                                   void (*pack)(const u8x32 quants[8], uint8_t *to)) {
  const size_t total = row_length * rows / 256;
  for (size_t start = 0; start < total; start += LANES) {
    const float *from = values + 256 * start;
    const size_t count = ASSAY_MIN(total - start, (size_t)LANES);
    scale_min_batch batch = {0};
    float scales[LANES], minimums[LANES];
    uint8_t scale_quants[LANES][8], minimum_quants[LANES][8];
    if (importance) STORE(batch.squares, square_sums(from, 256, count));
    for (size_t first = 0; first < 8 * count; first += LANES)
      scale_min_search(from, count, first, importance, 256 * start % row_length, row_length, search,
                       &batch);
    if (importance) {
      scale_by_search(batch.scale, batch.weight, scales, scale_quants);
      scale_by_search(batch.minimum, batch.weight, minimums, minimum_quants);
    } else {
      for (size_t b = 0; b < count; b++) {
        scales[b] = scale_by_largest(batch.scale + 8 * b, scale_quants[b]);
        minimums[b] = scale_by_largest(batch.minimum + 8 * b, minimum_quants[b]);
      }
    }
    for (size_t b = 0; b < count; b++) {
      uint8_t *block = blocks + block_bytes * (start + b), sc[8], mn[8];
      uint16_t d = float_to_half(scales[b]), dmin = float_to_half(minimums[b]);
      store_half(block, d);
      store_half(block + 2, dmin);
      pack_scale_min(scale_quants[b], minimum_quants[b], block + 4);
      unpack_scale_min(block + 4, sc, mn);
      u8x32 quants[8];
      for (size_t j = 0; j < 8; j++) {
        size_t s = 8 * b + j;
        quants[j] = affine_requantize(from + 32 * s, half_to_float(d) * sc[j],
                                      half_to_float(dmin) * mn[j], batch.inverse[s],
                                      batch.offset[s], search.levels);
      }
      pack(quants, block + 16);
    }
  }
}

/// Decodes whole super-blocks; `unpack` reads the quants of one from behind its header.
ASSAY_INLINE void scale_min_decode(const uint8_t *blocks, float *values, size_t count,
                                   size_t block_bytes,
                                   void (*unpack)(const uint8_t *from, u8x32 quants[8])) {
  for (; count >= 256; count -= 256, blocks += block_bytes, values += 256) {
    uint8_t sc[8], mn[8];
    unpack_scale_min(blocks + 4, sc, mn);
    float d = load_half(blocks), dmin = load_half(blocks + 2);
    u8x32 quants[8];
    unpack(blocks + 16, quants);
    for (int j = 0; j < 8; j++) {
      f32x32 q = __builtin_convertvector(quants[j], f32x32);
      STORE(values + 32 * j, d * sc[j] * q - dmin * mn[j]);
    }
  }
}
