// The scale-and-minimum search of formats whose quants are 0...levels (ggml: make_qkx2_quants,
// make_qkx3_quants). Lane i holds sub-block i and walks its elements in ggml's order.

typedef struct affine_search {
  int levels;
  /// Candidate i spreads the range over `levels + first + step·i` quants, i in 0...steps.
  float first, step;
  int steps;
  /// Whether fits are judged by weighted magnitudes of errors, not by squares.
  int absolute;
} affine_search;

/// `scale·q - minimum` approximates x. The search's own quants are nearest(inverse·(x - offset)),
/// kept in this form because they are needed only where the block's rounded scale comes out zero.
typedef struct affine_fit {
  lane_f scale, minimum, inverse, offset, weight;
} affine_fit;

ASSAY_INLINE lane_f affine_quant(lane_f v, int levels, int exact) {
  if (exact) {
    lane_i q = NEAREST_INT(lane_i, v);
    q = q > 0 ? q : (lane_i)0;
    return __builtin_convertvector(q < levels ? q : (lane_i)levels, lane_f);
  }
  lane_f q = NEAREST(v);
  q = q > 0 ? q : (lane_f)0;
  return q < (float)levels ? q : (lane_f)(float)levels;
}

/// Σw·q, Σw·q², Σw·q·x of one candidate, and the quants.
ASSAY_INLINE void affine_sums(const lane_f *x, const lane_f *w, int n, int levels, int exact,
                              lane_f inverse, lane_f offset, lane_f *quants, lane_f sums[3]) {
  lane_f sum_l = 0, sum_l2 = 0, sum_xl = 0;
  for (int i = 0; i < n; i++) {
    lane_f l = affine_quant(inverse * (x[i] - offset), levels, exact), wl = w[i] * l;
    quants[i] = l;
    sum_l += wl;
    sum_l2 += wl * l;
    sum_xl += wl * x[i];
  }
  sums[0] = sum_l;
  sums[1] = sum_l2;
  sums[2] = sum_xl;
}

ASSAY_INLINE lane_f affine_error(const lane_f *x, const lane_f *w, const lane_f *quants, int n,
                                 lane_f scale, lane_f minimum, int absolute) {
  lane_f error = 0;
  for (int i = 0; i < n; i++) {
    lane_f difference = scale * quants[i] + minimum - x[i];
    error += w[i] * (absolute ? ABS(difference) : difference * difference);
  }
  return error;
}

ASSAY_INLINE void affine_fit_lanes(const lane_f *x, const lane_f *w, int n, affine_search search,
                                   affine_fit *fit) {
  const lane_f zero = 0;
  lane_f low = x[0], high = x[0], sum_w = w[0], sum_x = w[0] * x[0];
  for (int i = 1; i < n; i++) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
    sum_w += w[i];
    sum_x += w[i] * x[i];
  }
  const lane_f lowest = low;
  low = low > 0 ? zero : low;
  const lane_i flat = high == low;
  fit->scale = fit->inverse = fit->offset = zero;
  fit->minimum = -low;
  fit->weight = sum_w;
  if (ALL(flat)) return;

  lane_f quants[32], sums[3];
  lane_f inverse = (float)search.levels / (high - low), scale = 1.0f / inverse, minimum = low;
  lane_f best_inverse = inverse, best_offset = low, best = zero;
  for (int candidate = -1; candidate <= search.steps; candidate++) {
    if (candidate >= 0)
      inverse = (search.first + search.step * candidate + search.levels) / (high - minimum);
    inverse = flat ? zero : inverse;
    // Where no lane's quants can leave the range in which rounding by addition is exact, plain
    // float arithmetic gives nearest_int's result. Monotonic rounding makes the bound hold.
    lane_f above = ABS(high - minimum), below = ABS(lowest - minimum);
    lane_f bound = ABS(inverse) * (above > below ? above : below);
    if (ALL(bound < 4194303.0f))
      affine_sums(x, w, n, search.levels, 0, inverse, minimum, quants, sums);
    else
      affine_sums(x, w, n, search.levels, 1, inverse, minimum, quants, sums);
    if (candidate < 0) {
      best = affine_error(x, w, quants, n, scale, minimum, search.absolute);
      continue;
    }
    lane_f sum_l = sums[0], sum_l2 = sums[1], sum_xl = sums[2];
    lane_f determinant = sum_w * sum_l2 - sum_l * sum_l;
    lane_f this_scale = (sum_w * sum_xl - sum_x * sum_l) / determinant;
    lane_f this_minimum = (sum_l2 * sum_x - sum_l * sum_xl) / determinant;
    lane_i positive = this_minimum > 0;
    this_scale = positive ? sum_xl / sum_l2 : this_scale;
    this_minimum = positive ? zero : this_minimum;
    lane_f error = affine_error(x, w, quants, n, this_scale, this_minimum, search.absolute);
    lane_i better = (determinant > 0) & (error < best);
    best_inverse = better ? inverse : best_inverse;
    best_offset = better ? minimum : best_offset;
    best = better ? error : best;
    scale = better ? this_scale : scale;
    minimum = better ? this_minimum : minimum;
  }
  fit->scale = flat ? zero : scale;
  fit->minimum = flat ? -low : -minimum;
  fit->inverse = flat ? zero : best_inverse;
  fit->offset = flat ? zero : best_offset;
}

/// The quants of one sub-block, and for the scale and minimum that it will be read with: those of
/// the search where that scale is zero.
#define AFFINE_QUANTS(count)                                                                    \
  ASSAY_INLINE u8x##count affine_quants##count(f32x##count v, int levels) {                     \
    i32x##count q = NEAREST_INT(i32x##count, v);                                                \
    q = q > 0 ? q : (i32x##count)0;                                                             \
    return __builtin_convertvector(q < levels ? q : (i32x##count)levels, u8x##count);           \
  }                                                                                             \
  ASSAY_INLINE u8x##count affine_requantize##count(const float *values, float scale,            \
                                                   float minimum, float inverse, float offset,  \
                                                   int levels) {                                \
    f32x##count x = LOAD(f32x##count, values);                                                  \
    f32x##count v = scale != 0 ? (x + minimum) / scale : inverse * (x - offset);                \
    return affine_quants##count(v, levels);                                                     \
  }
AFFINE_QUANTS(16)
AFFINE_QUANTS(32)
