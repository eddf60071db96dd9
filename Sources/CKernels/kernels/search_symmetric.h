// The scale search of formats whose quants are -levels..<levels (ggml: make_qx_quants). Lane i
// holds sub-block i. Of finite x, |inverse·x| never exceeds levels + 1, so rounding by addition is
// exact; `exact` rounds an infinite x as ggml does too.

typedef struct symmetric_fit {
  lane_f scale;
  /// The quants are nearest(inverse·x); zero where the sub-block counts as all zero.
  lane_f inverse;
  lane_i empty;
} symmetric_fit;

/// The element of largest magnitude with its sign; of equal ones the first.
ASSAY_INLINE lane_f extreme_lanes(const lane_f *x, int n, lane_f *largest) {
  lane_f most = 0, extreme = 0;
  for (int i = 0; i < n; i++) {
    lane_f magnitude = ABS(x[i]);
    lane_i larger = magnitude > most;
    most = larger ? magnitude : most;
    extreme = larger ? x[i] : extreme;
  }
  *largest = most;
  return extreme;
}

ASSAY_INLINE lane_i symmetric_quant(lane_f v, int levels) {
  lane_i q = NEAREST_INT(lane_i, v);
  q = q > -levels ? q : (lane_i)-levels;
  return q < levels - 1 ? q : (lane_i)(levels - 1);
}

ASSAY_INLINE void symmetric_sums(const lane_f *x, const lane_f *w, const lane_f *wx, int n,
                                 int levels, int exact, lane_f inverse, lane_f *sum_lx,
                                 lane_f *sum_l2) {
  const lane_f lowest = (float)-levels, highest = (float)(levels - 1);
  lane_f lx = 0, l2 = 0;
  for (int i = 0; i < n; i++) {
    lane_f l;
    if (exact) {
      l = __builtin_convertvector(symmetric_quant(inverse * x[i], levels), lane_f);
    } else {
      l = NEAREST(inverse * x[i]);
      l = l < highest ? l : highest;
      l = l > lowest ? l : lowest;
    }
    lx += wx[i] * l;
    l2 += w[i] * l * l;
  }
  *sum_lx = lx;
  *sum_l2 = l2;
}

ASSAY_INLINE void symmetric_fit_lanes(const lane_f *x, const lane_f *w, int n, int levels,
                                      int exact, symmetric_fit *fit) {
  const lane_f zero = 0;
  lane_f largest, extreme = extreme_lanes(x, n, &largest), wx[32];
  for (int i = 0; i < n; i++) wx[i] = w[i] * x[i];
  const lane_i empty = largest < ALL_ZERO;
  fit->scale = fit->inverse = zero;
  fit->empty = empty;
  if (ALL(empty)) return;
  extreme = empty ? (lane_f)1 : extreme;

  lane_f inverse = (float)-levels / extreme, sum_lx, sum_l2;
  symmetric_sums(x, w, wx, n, levels, exact, inverse, &sum_lx, &sum_l2);
  lane_f scale = sum_l2 != 0 ? sum_lx / sum_l2 : zero, best = scale * sum_lx;
  lane_f best_inverse = inverse;
  for (int candidate = -9; candidate <= 9; candidate++) {
    if (candidate == 0) continue;
    inverse = -(levels + 0.1f * candidate) / extreme;
    symmetric_sums(x, w, wx, n, levels, exact, inverse, &sum_lx, &sum_l2);
    lane_i better = (sum_l2 > 0) & (sum_lx * sum_lx > best * sum_l2);
    lane_f this_scale = sum_lx / sum_l2;
    scale = better ? this_scale : scale;
    best = better ? this_scale * sum_lx : best;
    best_inverse = better ? inverse : best_inverse;
  }
  fit->scale = empty ? zero : scale;
  fit->inverse = empty ? zero : best_inverse;
}

/// The search's own quants, offset by `levels`; an all-zero sub-block's are 0. For all lanes, and for
/// one sub-block; rounded what becomes of given quotients.
ASSAY_INLINE void symmetric_quant_lanes(const lane_f *x, int n, int levels,
                                        const symmetric_fit *fit, lane_i *quants) {
  for (int i = 0; i < n; i++) {
    lane_i q = symmetric_quant(fit->inverse * x[i], levels) + levels;
    quants[i] = fit->empty ? (lane_i)0 : q;
  }
}
#define SYMMETRIC_QUANTS(count)                                                                \
  ASSAY_INLINE u8x##count symmetric_rounded##count(f32x##count v, int levels) {                \
    i32x##count q = NEAREST_INT(i32x##count, v);                                               \
    q = q > -levels ? q : (i32x##count)-levels;                                                \
    q = q < levels - 1 ? q : (i32x##count)(levels - 1);                                        \
    return __builtin_convertvector(q + levels, u8x##count);                                    \
  }                                                                                            \
  ASSAY_INLINE u8x##count symmetric_quants##count(const float *values, float inverse,          \
                                                  int levels) {                                \
    if (inverse == 0) return 0;                                                                \
    return symmetric_rounded##count(LOAD(f32x##count, values) * inverse, levels);              \
  }
SYMMETRIC_QUANTS(16)
SYMMETRIC_QUANTS(32)
