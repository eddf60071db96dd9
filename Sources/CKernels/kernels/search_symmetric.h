// The scale search of formats whose quants are -levels..<levels (ggml: make_qx_quants). Lane i
// holds sub-block i. |inverse·x| never exceeds levels + 1, so rounding by addition is exact.

typedef struct symmetric_fit {
  lane_f scale;
  /// The quants are nearest(inverse·x); zero where the sub-block counts as all zero.
  lane_f inverse;
} symmetric_fit;

ASSAY_INLINE void symmetric_sums(const lane_f *x, const lane_f *w, const lane_f *wx, int n,
                                 int levels, lane_f inverse, lane_f *sum_lx, lane_f *sum_l2) {
  const lane_f lowest = (float)-levels, highest = (float)(levels - 1);
  lane_f lx = 0, l2 = 0;
  for (int i = 0; i < n; i++) {
    lane_f l = NEAREST(inverse * x[i]);
    l = l < highest ? l : highest;
    l = l > lowest ? l : lowest;
    lx += wx[i] * l;
    l2 += w[i] * l * l;
  }
  *sum_lx = lx;
  *sum_l2 = l2;
}

ASSAY_INLINE void symmetric_fit_lanes(const lane_f *x, const lane_f *w, int n, int levels,
                                      symmetric_fit *fit) {
  const lane_f zero = 0;
  lane_f largest = 0, extreme = 0, wx[32];
  for (int i = 0; i < n; i++) {
    lane_f magnitude = ABS(x[i]);
    lane_i larger = magnitude > largest;
    largest = larger ? magnitude : largest;
    extreme = larger ? x[i] : extreme;
    wx[i] = w[i] * x[i];
  }
  const lane_i empty = largest < ALL_ZERO;
  fit->scale = fit->inverse = zero;
  if (ALL(empty)) return;
  extreme = empty ? (lane_f)1 : extreme;

  lane_f inverse = (float)-levels / extreme, sum_lx, sum_l2;
  symmetric_sums(x, w, wx, n, levels, inverse, &sum_lx, &sum_l2);
  lane_f scale = sum_l2 != 0 ? sum_lx / sum_l2 : zero, best = scale * sum_lx;
  lane_f best_inverse = inverse;
  for (int candidate = -9; candidate <= 9; candidate++) {
    if (candidate == 0) continue;
    inverse = -(levels + 0.1f * candidate) / extreme;
    symmetric_sums(x, w, wx, n, levels, inverse, &sum_lx, &sum_l2);
    lane_i better = (sum_l2 > 0) & (sum_lx * sum_lx > best * sum_l2);
    lane_f this_scale = sum_lx / sum_l2;
    scale = better ? this_scale : scale;
    best = better ? this_scale * sum_lx : best;
    best_inverse = better ? inverse : best_inverse;
  }
  fit->scale = empty ? zero : scale;
  fit->inverse = empty ? zero : best_inverse;
}

/// The search's own quants of one sub-block, offset by `levels`; an all-zero sub-block's are 0.
#define SYMMETRIC_QUANTS(count)                                                                \
  ASSAY_INLINE u8x##count symmetric_quants##count(const float *values, float inverse, int levels) { \
    if (inverse == 0) return 0;                                                                \
    i32x##count q = NEAREST_INT(i32x##count, LOAD(f32x##count, values) * inverse);             \
    q = q > -levels ? q : (i32x##count)-levels;                                                \
    q = q < levels - 1 ? q : (i32x##count)(levels - 1);                                        \
    return __builtin_convertvector(q + levels, u8x##count);                                    \
  }
SYMMETRIC_QUANTS(16)
SYMMETRIC_QUANTS(32)
