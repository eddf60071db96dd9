// What IQ1_S and IQ1_M share: x ≈ scale·(digit - 1 ± 1/8), digits 0, 1, 2 in groups of eight that
// are points of a grid. Lane i holds sub-block i.
//
// In ascending order of the elements, two boundaries split them into digits 0, 1 and 2; every pair
// of boundaries is tried with every shift, and the least-squares scale with the best fit wins.

/// What digits 0, 1 and 2 stand for, shifted up and down.
static const float shifted_up[3] = {-0.875f, 0.125f, 1.125f};
static const float shifted_down[3] = {-1.125f, -0.125f, 0.875f};

/// The elements of a sub-block in ascending order, equal ones as they came.
typedef struct sorted_lanes {
  lane_f x[32], w[32];
  lane_i at[32];
} sorted_lanes;

ASSAY_INLINE void sort_pair(sorted_lanes *s, int i, int j) {
  const lane_f xa = s->x[i], xb = s->x[j], wa = s->w[i], wb = s->w[j];
  const lane_i a = s->at[i], b = s->at[j];
  const lane_i swap = (xa > xb) | ((xa == xb) & (a > b));
  s->x[i] = swap ? xb : xa;
  s->x[j] = swap ? xa : xb;
  s->w[i] = swap ? wb : wa;
  s->w[j] = swap ? wa : wb;
  s->at[i] = swap ? b : a;
  s->at[j] = swap ? a : b;
}

/// Batcher's odd-even merge sort: the same exchanges for every lane. `n` is a power of two.
ASSAY_INLINE void sort_lanes(const lane_f *x, const lane_f *w, int n, sorted_lanes *sorted) {
  for (int i = 0; i < n; i++) {
    sorted->x[i] = x[i];
    sorted->w[i] = w[i];
    sorted->at[i] = i;
  }
  for (int p = 1; p < n; p *= 2)
    for (int k = p; k >= 1; k /= 2)
      for (int j = k % p; j + k < n; j += 2 * k)
        for (int i = 0; i < k && i + j + k < n; i++)
          if ((i + j) / (2 * p) == (i + j + k) / (2 * p)) sort_pair(sorted, i + j, i + j + k);
}

/// The best split so far.
typedef struct ternary_split {
  lane_f scale, best;
  /// Elements below the boundaries, and the way to shift; -1 where no split had a score.
  lane_i first, second, shift;
} ternary_split;

ASSAY_INLINE void split_begin(ternary_split *split) {
  split->scale = 0;
  split->best = -__FLT_MAX__;
  split->first = split->second = split->shift = -1;
}

ASSAY_INLINE void split_try(ternary_split *split, lane_f sum_qx, lane_f sum_q2, int first,
                            int second, int shift) {
  const lane_i better = (sum_q2 > 0) & (sum_qx * sum_qx > split->best * sum_q2);
  if (!ANY(better)) return;
  const lane_f scale = sum_qx / sum_q2;
  split->scale = better ? scale : split->scale;
  split->best = better ? scale * sum_qx : split->best;
  split->first = better ? (lane_i)first : split->first;
  split->second = better ? (lane_i)second : split->second;
  split->shift = better ? (lane_i)shift : split->shift;
}

/// What a search found, by sub-block.
typedef struct ternary_batch {
  float scale[GRID_BATCH];
  uint16_t point[GRID_BATCH][4];
  /// Bit k: group k is shifted down.
  uint8_t down[GRID_BATCH];
} ternary_batch;

/// The ways to shift the groups of a sub-block: for each, which groups go down, as bits. Where the
/// scale of a split is negative, its mirror is meant, which is as far from the other end.
typedef struct ternary_shifts {
  int count;
  uint8_t down[4];
} ternary_shifts;

/// From a split to points: digits, then the grid, then the scale again where a group was off it.
/// `from` and `weights` are the lanes' elements in rows, the latter of 32.
ASSAY_INLINE void ternary_finish(const lane_f *x, const lane_f *w, const float *const from[LANES],
                                 const float *weights, int n, const sorted_lanes *sorted,
                                 const ternary_split *split, lane_i empty, ternary_shifts shifts,
                                 const assay_grid *grid, size_t first, ternary_batch *batch) {
  const lane_f zero = 0;
  lane_f scale = ABS(split->scale), sum_qx = 0, sum_q2 = 0;
  lane_i code[4], off = 0, down[4];
  empty |= split->first < 0;
  for (int lane = 0; lane < LANES; lane++) {
    uint16_t *point = batch->point[first + (size_t)lane];
    batch->down[first + (size_t)lane] = 0;
    for (int k = 0; k < n / 8; k++) {
      point[k] = 0;
      code[k][lane] = 0;
      down[k][lane] = 0;
    }
    if (empty[lane]) continue;
    const int mirrored = split->scale[lane] < 0, low = mirrored ? 2 : 0;
    uint8_t digits[32];
    for (int j = 0; j < n; j++)
      digits[sorted->at[j][lane]] = (uint8_t)(j < split->first[lane]    ? low
                                              : j < split->second[lane] ? 1
                                                                        : 2 - low);
    const int shift = mirrored ? shifts.count - 1 - split->shift[lane] : split->shift[lane];
    const uint32_t turned = batch->down[first + (size_t)lane] = shifts.down[shift];
    for (int k = 0; k < n / 8; k++) {
      uint32_t own = 0;
      for (int i = 0; i < 8; i++) own |= (uint32_t)digits[8 * k + i] << 2 * i;
      int32_t at = grid->map[own];
      if (at < 0) {
        off[lane] = -1;
        own = nearest_point(grid->neighbours - 1 - at, from[lane] + 8 * k,
                            weights + 32 * lane + 8 * k, scale[lane],
                            (grid_levels){turned >> k & 1 ? shifted_down[0] : shifted_up[0], 1}, 2);
        at = grid->map[own];
      }
      code[k][lane] = (int32_t)own;
      down[k][lane] = -(int32_t)(turned >> k & 1);
      point[k] = (uint16_t)at;
    }
  }
  for (int k = 0; k < n / 8; k++) {
    const lane_f lowest = down[k] ? (lane_f)shifted_down[0] : (lane_f)shifted_up[0];
    for (int i = 0; i < 8; i++) {
      const lane_f q = __builtin_convertvector(code[k] >> 2 * i & 3, lane_f) + lowest;
      const lane_f wq = w[8 * k + i] * q;
      sum_qx += wq * x[8 * k + i];
      sum_q2 += wq * q;
    }
  }
  scale = (off & (sum_qx > 0) & (sum_q2 > 0)) ? sum_qx / sum_q2 : scale;
  scale = (scale >= 0) & ~empty ? scale : zero;
  STORE(batch->scale + first, scale);
}

/// LANES sub-blocks and their weights, which stand in rows of 32 too.
typedef struct ternary_lanes {
  lane_f x[32], w[32], largest;
  const float *from[LANES];
  float rows[LANES * 32];
} ternary_lanes;

ASSAY_INLINE void ternary_load(ternary_lanes *lanes, const float *values, const float *importance,
                               size_t column, size_t row_length, const float *squares, int n,
                               size_t first, size_t present) {
  const float *weights_from[LANES];
  const size_t elements = (size_t)n, per_block = 256 / elements;
  lane_f variance = 0;
  for (size_t i = 0; i < LANES; i++) {
    const int exists = first + i < present;
    lanes->from[i] = exists ? values + elements * (first + i) : zeros;
    weights_from[i] = exists && importance
        ? importance + (column + elements * (first + i)) % row_length : zeros;
    if (exists) variance[i] = 2 * squares[(first + i) / per_block] / 256.0f;
  }
  load_lanes(lanes->x, lanes->from, n);
  if (importance) load_lanes(lanes->w, weights_from, n);
  lanes->largest = 0;
  for (int i = 0; i < n; i++) {
    const lane_f x = lanes->x[i], magnitude = ABS(x);
    lanes->w[i] = importance ? lanes->w[i] * SQRT(variance + x * x) : x * x;
    lanes->largest = lanes->largest > magnitude ? lanes->largest : magnitude;
    for (int lane = 0; lane < LANES; lane++) lanes->rows[32 * lane + i] = lanes->w[i][lane];
  }
}
