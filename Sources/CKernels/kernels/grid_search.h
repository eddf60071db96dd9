// The search of IQ2 and IQ3: x ≈ ±scale·(2·digit + 1), digits in groups that are points of a grid.
// Lane i holds sub-block i.
//
// A candidate scale rounds every element; a group that is no point then takes its best neighbour.
// The least-squares scale with the best fit wins, and what it left off the grid is done again by it.

typedef struct grid_search {
  assay_grid_id grid;
  /// Of a sub-block; then digits of a group, bits of a digit, and the largest digit.
  int elements, dimensions, bits, highest;
  /// Seven signs to eight elements: the eighth makes their number even, so where it was odd, the
  /// element that matters least turns.
  int even_signs;
  /// Weights: importance·√(variance·mean square + x²); without importance
  /// plain_variance·mean square + x².
  float variance, plain_variance;
  /// A sub-block whose largest element is less counts as all zero.
  float smallest;
  /// Whether the candidates spread around a search for the scale alone, or around the largest.
  int from_fit;
  /// Candidates map that to 2·highest + 1 + step·c for c in -last...last.
  int last;
  float step;
  /// Whether the final rounding does all groups or those off the grid, and whether it is always done
  /// or only where one is off it.
  int again_all, again_always;
  /// The block's half is max scale / 31 by this.
  float fudge;
  /// Where every scale is zero, whether points and signs stay.
  int keeps_points;
} grid_search;

/// What a search found, by sub-block.
enum { GRID_BATCH = 32 };
typedef struct grid_batch {
  float scale[GRID_BATCH];
  uint16_t point[GRID_BATCH][8];
  /// Bit i: element i is negative.
  uint8_t signs[GRID_BATCH][4];
  uint8_t empty[GRID_BATCH];
} grid_batch;

/// One group's digits of every lane, and whether they were no point.
typedef struct grid_group {
  lane_i code, off;
} grid_group;

/// The elements as magnitudes, the signs of every eight.
ASSAY_INLINE void grid_split_signs(lane_f *x, const lane_f *w, grid_search search, lane_i *signs) {
  const lane_i none = 0;
  for (int k = 0; k < search.elements / 8; k++) {
    lane_f *group = x + 8 * k;
    lane_i bits = 0, odd = 0;
    for (int i = 0; i < 8; i++) {
      lane_i positive = group[i] >= 0;
      bits |= positive ? none : (lane_i)(1 << i);
      odd ^= ~positive;
    }
    if (search.even_signs) {
      lane_f least = w[8 * k] * group[0] * group[0];
      lane_i which = 0;
      for (int i = 1; i < 8; i++) {
        lane_f weight = w[8 * k + i] * group[i] * group[i];
        lane_i less = weight < least;
        least = less ? weight : least;
        which = less ? (lane_i)i : which;
      }
      for (int i = 0; i < 8; i++) {
        lane_i turned = odd & (which == i);
        lane_f magnitude = group[i] >= 0 ? group[i] : -group[i];
        group[i] = turned ? -magnitude : magnitude;
        bits ^= turned & 1 << i;
      }
      bits &= 127;
    } else {
      for (int i = 0; i < 8; i++) group[i] = group[i] >= 0 ? group[i] : -group[i];
    }
    signs[k] = bits;
  }
}

/// The digits that a group's elements round to.
ASSAY_INLINE lane_i grid_round(const lane_f *x, lane_f inverse, grid_search search) {
  const lane_i lowest = 0, highest = search.highest;
  lane_i code = 0;
  for (int i = 0; i < search.dimensions; i++) {
    lane_i digit = NEAREST_INT(lane_i, 0.5f * (inverse * x[i] - 1));
    digit = digit < highest ? digit : highest;
    digit = digit > lowest ? digit : lowest;
    code |= digit << search.bits * i;
  }
  return code;
}

/// Moves the codes of one group to the grid. `x` and `roots` are the lanes' elements in rows of 32.
ASSAY_INLINE void grid_snap(grid_group *group, const float *x, const float *roots, lane_f scale,
                            grid_search search, const assay_grid *grid) {
  const grid_levels odd = {1, 2};
  int32_t code[LANES], off[LANES];
  float scales[LANES];
  STORE(code, group->code);
  STORE(scales, scale);
  // Which lanes are off the grid is hard to predict, so they are collected without a branch.
  int work[LANES], places[LANES], count = 0;
  for (int lane = 0; lane < LANES; lane++) {
    const int32_t at = grid->map[code[lane]];
    off[lane] = -(at < 0);
    work[count] = lane;
    places[count] = at;
    count += at < 0;
  }
  for (int i = 0; i < count; i++) {
    const int lane = work[i];
    const uint16_t *list = grid->neighbours - 1 - places[i];
    const float *own = x + 32 * lane, *weights = roots + 32 * lane;
    code[lane] = (int32_t)nearest_point(list, own, weights, scales[lane], odd, search.bits);
  }
  group->code = LOAD(lane_i, code);
  group->off = LOAD(lane_i, off);
}

ASSAY_INLINE void grid_sums(const lane_f *w, const lane_f *wx, const grid_group *groups,
                            grid_search search, lane_f *sum_qx, lane_f *sum_q2) {
  lane_f qx = 0, q2 = 0;
  for (int k = 0; k < search.elements / search.dimensions; k++) {
    const lane_i doubled = groups[k].code << 1;
    for (int i = 0; i < search.dimensions; i++) {
      const int e = search.dimensions * k + i;
      lane_i level = (doubled >> search.bits * i & 2 * ((1 << search.bits) - 1)) | 1;
      lane_f q = __builtin_convertvector(level, lane_f);
      qx += wx[e] * q;
      q2 += w[e] * q * q;
    }
  }
  *sum_qx = qx;
  *sum_q2 = q2;
}

/// Searches LANES sub-blocks, the first of them `first` in the batch. `w` holds their weights.
ASSAY_INLINE void grid_search_lanes(lane_f *x, const lane_f *w, grid_search search,
                                    const assay_grid *grid, size_t first, grid_batch *batch) {
  const int count = search.elements / search.dimensions;
  const lane_f zero = 0;
  const lane_i none = 0;
  lane_i signs[4];
  grid_split_signs(x, w, search, signs);
  lane_f largest = x[0];
  for (int i = 1; i < search.elements; i++) largest = largest > x[i] ? largest : x[i];
  lane_i empty = largest < search.smallest;
  const int widest = 2 * search.highest + 1;
  lane_f start = largest, scale = largest / (float)widest;
  if (search.from_fit) {
    lane_i quants[32];
    scale = positive_fit_lanes(x, w, search.elements, 4, quants);
    start = scale * 3.0f;
    empty |= start <= 0;
  }
  if (ALL(empty)) {
    for (size_t i = first; i < first + LANES; i++) {
      batch->scale[i] = 0;
      batch->empty[i] = 1;
      __builtin_memset(batch->point[i], 0, sizeof batch->point[i]);
      __builtin_memset(batch->signs[i], 0, sizeof batch->signs[i]);
    }
    return;
  }
  start = empty ? (lane_f)1 : start;

  lane_f wx[32];
  float rows[LANES * 32], roots[LANES * 32];
  for (int i = 0; i < search.elements; i++) {
    x[i] = empty ? zero : x[i];  // which rounds to the grid's first point
    wx[i] = w[i] * x[i];
    lane_f root = SQRT(w[i]);
    for (int lane = 0; lane < LANES; lane++) {
      rows[32 * lane + i] = x[i][lane];
      roots[32 * lane + i] = root[lane];
    }
  }

  lane_f best = 0, sum_qx, sum_q2;
  grid_group chosen[8], groups[8];
  for (int k = 0; k < count; k++) {
    chosen[k].code = 0;
    chosen[k].off = search.again_always ? ~none : none;
  }
  for (int candidate = -search.last; candidate <= search.last; candidate++) {
    const lane_f inverse = ((float)widest + (float)candidate * search.step) / start;
    for (int k = 0; k < count; k++) {
      const int e = search.dimensions * k;
      groups[k].code = grid_round(x + e, inverse, search);
      grid_snap(&groups[k], rows + e, roots + e, 1.0f / inverse, search, grid);
    }
    grid_sums(w, wx, groups, search, &sum_qx, &sum_q2);
    const lane_i better = (sum_q2 > 0) & (sum_qx * sum_qx > best * sum_q2);
    const lane_f this_scale = sum_qx / sum_q2;
    scale = better ? this_scale : scale;
    best = better ? this_scale * sum_qx : best;
    for (int k = 0; k < count; k++) {
      chosen[k].code = better ? groups[k].code : chosen[k].code;
      chosen[k].off = better ? groups[k].off : chosen[k].off;
    }
  }

  lane_i again = search.from_fit ? ~none : none;
  for (int k = 0; k < count; k++) again |= chosen[k].off;
  again &= (scale > 0) & ~empty;
  if (ANY(again)) {
    const lane_f inverse = 1.0f / scale;
    for (int k = 0; k < count; k++) {
      const int e = search.dimensions * k;
      const lane_i redone = again & (search.again_all ? ~none : chosen[k].off);
      const lane_i code = grid_round(x + e, inverse, search);
      groups[k].code = redone ? code : none;
      grid_snap(&groups[k], rows + e, roots + e, scale, search, grid);
      chosen[k].code = redone ? groups[k].code : chosen[k].code;
    }
    grid_sums(w, wx, chosen, search, &sum_qx, &sum_q2);
    scale = (again & (sum_q2 > 0)) ? sum_qx / sum_q2 : scale;
  }

  const lane_i negative = scale < 0;
  scale = negative ? -scale : scale;
  scale = (scale >= 0) & ~empty ? scale : zero;
  STORE(batch->scale + first, scale);
  for (int k = 0; k < search.elements / 8; k++) {
    lane_i bits = signs[k] ^ (negative & (search.even_signs ? 127 : 255));
    bits = empty ? none : bits;
    for (int lane = 0; lane < LANES; lane++) batch->signs[first + lane][k] = (uint8_t)bits[lane];
  }
  for (int k = 0; k < count; k++)
    for (int lane = 0; lane < LANES; lane++)
      batch->point[first + lane][k] = (uint16_t)(empty[lane] ? 0 : grid->map[chosen[k].code[lane]]);
  for (int lane = 0; lane < LANES; lane++) batch->empty[first + lane] = empty[lane] != 0;
}

/// Four bits of scale per sub-block behind a half: l stands for 2l + 1 of 31 parts of the largest.
ASSAY_INLINE float quantize_scales(const float *scales, int count, int parts, uint8_t *quants) {
  float largest = 0;
  for (int j = 0; j < count; j++) largest = largest > scales[j] ? largest : scales[j];
  __builtin_memset(quants, 0, (size_t)count);
  if (largest == 0) return 0;
  const float d = largest / (float)(2 * parts - 1), inverse = 1.0f / d;
  for (int j = 0; j < count; j++) {
    int32_t l = NEAREST_INT(int32_t, 0.5f * (inverse * scales[j] - 1));
    l = ASSAY_MIN(l, parts - 1);
    quants[j] = (uint8_t)(l > 0 ? l : 0);
  }
  return d;
}

/// Encodes whole super-blocks; `pack` writes one behind its half, from its first sub-block in the
/// batch and the sub-blocks' scales.
ASSAY_INLINE void grid_encode(const float *values, const float *importance, uint8_t *blocks,
                              size_t row_length, size_t rows, grid_search search,
                              size_t block_bytes,
                              void (*pack)(const grid_batch *batch, size_t first,
                                           const uint8_t *scales, uint8_t *to)) {
  const assay_grid *grid = assay_grid_for(search.grid);
  const size_t elements = (size_t)search.elements, per_block = 256 / elements;
  const size_t total = row_length * rows / elements;
  for (size_t start = 0; start < total; start += GRID_BATCH) {
    const size_t present = ASSAY_MIN(total - start, (size_t)GRID_BATCH);
    const float *group = values + elements * start;
    grid_batch batch;
    float squares[LANES];
    STORE(squares, square_sums(group, 256, ASSAY_MIN(present / per_block, (size_t)LANES)));
    for (size_t first = 0; first < GRID_BATCH; first += LANES) {
      const float *from[LANES], *weights_from[LANES];
      lane_f x[32], w[32], variance = 0;
      for (size_t i = 0; i < LANES; i++) {
        const int exists = first + i < present;
        from[i] = exists ? group + elements * (first + i) : zeros;
        if (importance)
          weights_from[i] =
              exists ? importance + elements * (start + first + i) % row_length : zeros;
        if (exists) variance[i] = search.variance * squares[(first + i) / per_block] / 256.0f;
      }
      load_lanes(x, from, search.elements);
      if (importance) {
        load_lanes(w, weights_from, search.elements);
        for (int i = 0; i < search.elements; i++) w[i] = w[i] * SQRT(variance + x[i] * x[i]);
      } else {
        for (int i = 0; i < search.elements; i++)
          w[i] = search.plain_variance == 0 ? x[i] * x[i]
                                            : search.plain_variance * variance + x[i] * x[i];
      }
      grid_search_lanes(x, w, search, grid, first, &batch);
    }
    for (size_t first = 0; first < present; first += per_block) {
      uint8_t *block = blocks + (start + first) / per_block * block_bytes, scales[16];
      const float d = quantize_scales(batch.scale + first, (int)per_block, 16, scales);
      if (d == 0 && !search.keeps_points) {
        __builtin_memset(block, 0, block_bytes);
        continue;
      }
      store_half(block, float_to_half(d * search.fudge));
      pack(&batch, first, scales, block);
    }
  }
}
