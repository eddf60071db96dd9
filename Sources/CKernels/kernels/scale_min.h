// What Q2_K, Q4_K and Q5_K share: super-blocks whose sub-blocks have a small whole scale and
// minimum each, and two halves that scale those.

enum { MOST_PARTS = 16 };

typedef struct scale_min_format {
  size_t block_bytes;
  /// Sub-blocks of a super-block: 8 or 16.
  size_t parts;
  /// The largest scale and minimum, and what a scale that was found without importance is cut to: a
  /// negative one wraps around to a byte before.
  int levels, highest;
  /// How sub-blocks are searched, without and with importance.
  affine_search plain, weighted;
  /// Whether elements weigh |x| without importance, or that and the sub-block's deviation.
  int adds_deviation;
  /// The variance that importance weighs with, in mean squares of the super-block.
  float spread;
  /// Where the half d, followed by dmin, the packed scales and the packed quants are.
  size_t d, scales, quants;
  void (*pack_scales)(const uint8_t *scale, const uint8_t *minimum, uint8_t *to);
  void (*unpack_scales)(const uint8_t *from, uint8_t *scale, uint8_t *minimum);
  void (*pack)(const u8x32 quants[8], uint8_t *to);
  void (*unpack)(const uint8_t *from, u8x32 quants[8]);
} scale_min_format;

/// The search results of up to LANES super-blocks, by sub-block.
typedef struct scale_min_batch {
  float scale[MOST_PARTS * LANES], minimum[MOST_PARTS * LANES];
  float inverse[MOST_PARTS * LANES], offset[MOST_PARTS * LANES], weight[MOST_PARTS * LANES];
  float squares[LANES];
} scale_min_batch;

/// Searches LANES sub-blocks, the first of them `first` in the batch.
ASSAY_INLINE void scale_min_search(const scale_min_format *format, const float *values,
                                   size_t count, size_t first, const float *importance,
                                   size_t column, size_t row_length, scale_min_batch *batch) {
  const size_t parts = format->parts, length = 256 / parts;
  const float *from[LANES], *weights_from[LANES];
  lane_f x[32], w[32];
  for (size_t i = 0; i < LANES; i++) {
    int present = first + i < parts * count;
    from[i] = present ? values + length * (first + i) : zeros;
    weights_from[i] = present && importance
        ? importance + (column + length * (first + i)) % row_length : zeros;
  }
  load_lanes(x, from, (int)length);
  if (importance) {
    load_lanes(w, weights_from, (int)length);
    lane_f variance;
    for (size_t i = 0; i < LANES; i++)
      variance[i] = format->spread * batch->squares[(first + i) / parts] / 256;
    weigh_lanes(x, variance, w, (int)length);
  } else {
    lane_f sum = 0, deviation = 0;
    if (format->adds_deviation) {
      for (size_t i = 0; i < length; i++) sum += x[i] * x[i];
      deviation = SQRT(sum / (float)length);
    }
    for (size_t i = 0; i < length; i++) w[i] = deviation + ABS(x[i]);
  }
  affine_fit fit;
  affine_fit_lanes(x, w, (int)length, importance ? format->weighted : format->plain, &fit);
  STORE(batch->scale + first, fit.scale);
  STORE(batch->minimum + first, fit.minimum);
  STORE(batch->inverse + first, fit.inverse);
  STORE(batch->offset + first, fit.offset);
  STORE(batch->weight + first, fit.weight);
}

/// Without importance: the highest level stands for the largest scale, and for the largest minimum.
ASSAY_INLINE float scale_by_largest(const scale_min_format *format, const float *values,
                                    uint8_t *quants) {
  float largest = 0;
  for (size_t j = 0; j < format->parts; j++)
    if (values[j] > largest) largest = values[j];
  float inverse = largest > 0 ? (float)format->levels / largest : 0.0f;
  for (size_t j = 0; j < format->parts; j++) {
    uint8_t q = (uint8_t)NEAREST_INT(int32_t, inverse * values[j]);
    quants[j] = ASSAY_MIN(q, format->highest);
  }
  return largest / (float)format->levels;
}

/// With importance: every super-block of the batch at once.
ASSAY_INLINE void scale_by_search(const scale_min_format *format, const float *values,
                                  const float *weights, float *scales,
                                  uint8_t (*quants)[MOST_PARTS]) {
  const size_t parts = format->parts;
  lane_f x[MOST_PARTS], w[MOST_PARTS];
  lane_i q[MOST_PARTS];
  for (size_t i = 0; i < LANES; i++)
    for (size_t j = 0; j < parts; j++) {
      x[j][i] = values[parts * i + j];
      w[j][i] = weights[parts * i + j];
    }
  lane_f scale = positive_fit_lanes(x, w, (int)parts, format->levels, q);
  STORE(scales, scale);
  for (size_t i = 0; i < LANES; i++)
    for (size_t j = 0; j < parts; j++) quants[i][j] = (uint8_t)q[j][i];
}

/// Writes one super-block, rounding its quants again for what it will be read with. `part` is its
/// first sub-block in the batch.
ASSAY_INLINE void scale_min_finish(const scale_min_format *format, const float *values,
                                   const scale_min_batch *batch, size_t part, uint8_t *block) {
  const size_t parts = format->parts;
  const float d = load_half(block + format->d), dmin = load_half(block + format->d + 2);
  uint8_t sc[MOST_PARTS], mn[MOST_PARTS];
  format->unpack_scales(block + format->scales, sc, mn);
  u8x32 quants[8];
  u8x16 *halves = (u8x16 *)quants;
  for (size_t j = 0; j < parts; j++) {
    const float *x = values + 256 / parts * j;
    const float inverse = batch->inverse[part + j], offset = batch->offset[part + j];
    const int levels = format->plain.levels;
    if (parts == 8)
      quants[j] = affine_requantize32(x, d * sc[j], dmin * mn[j], inverse, offset, levels);
    else
      halves[j] = affine_requantize16(x, d * sc[j], dmin * mn[j], inverse, offset, levels);
  }
  format->pack(quants, block + format->quants);
}

ASSAY_INLINE void scale_min_encode_any(const scale_min_format *format, const float *values,
                                       const float *importance, uint8_t *blocks,
                                       size_t row_length, size_t rows) {
  const size_t total = row_length * rows / 256, parts = format->parts;
  for (size_t start = 0; start < total; start += LANES) {
    const float *from = values + 256 * start;
    const size_t count = ASSAY_MIN(total - start, (size_t)LANES);
    scale_min_batch batch = {0};
    float scales[LANES], minimums[LANES];
    uint8_t scale_quants[LANES][MOST_PARTS], minimum_quants[LANES][MOST_PARTS];
    if (importance) STORE(batch.squares, square_sums(from, 256, count));
    for (size_t first = 0; first < parts * count; first += LANES)
      scale_min_search(format, from, count, first, importance, 256 * start % row_length,
                       row_length, &batch);
    if (importance) {
      scale_by_search(format, batch.scale, batch.weight, scales, scale_quants);
      scale_by_search(format, batch.minimum, batch.weight, minimums, minimum_quants);
    } else {
      for (size_t b = 0; b < count; b++) {
        scales[b] = scale_by_largest(format, batch.scale + parts * b, scale_quants[b]);
        minimums[b] = scale_by_largest(format, batch.minimum + parts * b, minimum_quants[b]);
      }
    }
    for (size_t b = 0; b < count; b++) {
      uint8_t *block = blocks + format->block_bytes * (start + b);
      store_half(block + format->d, float_to_half(scales[b]));
      store_half(block + format->d + 2, float_to_half(minimums[b]));
      format->pack_scales(scale_quants[b], minimum_quants[b], block + format->scales);
      scale_min_finish(format, from + 256 * b, &batch, parts * b, block);
    }
  }
}

/// Encodes whole super-blocks.
ASSAY_INLINE void scale_min_encode(const scale_min_format *format, const float *values,
                                   const float *importance, uint8_t *blocks, size_t row_length,
                                   size_t rows) {
  if (importance)
    scale_min_encode_any(format, values, importance, blocks, row_length, rows);
  else
    scale_min_encode_any(format, values, NULL, blocks, row_length, rows);
}

/// Decodes whole super-blocks.
ASSAY_INLINE void scale_min_decode(const scale_min_format *format, const uint8_t *block,
                                   float *values, size_t count) {
  const size_t parts = format->parts;
  for (; count >= 256; count -= 256, block += format->block_bytes, values += 256) {
    uint8_t sc[MOST_PARTS], mn[MOST_PARTS];
    format->unpack_scales(block + format->scales, sc, mn);
    float d = load_half(block + format->d), dmin = load_half(block + format->d + 2);
    u8x32 quants[8];
    const u8x16 *halves = (const u8x16 *)quants;
    format->unpack(block + format->quants, quants);
    for (size_t j = 0; j < parts; j++) {
      float scale = d * sc[j], minimum = dmin * mn[j];
      if (parts == 8)
        STORE(values + 32 * j, scale * __builtin_convertvector(quants[j], f32x32) - minimum);
      else
        STORE(values + 16 * j, scale * __builtin_convertvector(halves[j], f32x16) - minimum);
    }
  }
}
