// The search for the scale of a super-block's own scales (ggml: make_qp_quants), with importance.
// Lane i holds super-block i; `quants` receives n bytes per lane.

ASSAY_INLINE lane_f positive_fit_lanes(const lane_f *x, const lane_f *w, int n, int levels,
                                       lane_i *quants) {
  const lane_f zero = 0;
  lane_f largest = 0;
  for (int i = 0; i < n; i++) largest = largest > x[i] ? largest : x[i];
  const lane_i empty = largest < ALL_ZERO;
  largest = empty ? (lane_f)1 : largest;

#define TO_FLOAT(q) __builtin_convertvector(q, lane_f)
#define AT_MOST(q) ((q) > levels ? (lane_i)levels : (q))
  lane_f inverse = (float)levels / largest, scale = 1.0f / inverse, best = 0;
  for (int i = 0; i < n; i++) {
    // ggml keeps quants in bytes, here too before they are clamped.
    lane_i l = NEAREST_INT(lane_i, inverse * x[i]) & 255;
    lane_f difference = x[i] - scale * TO_FLOAT(l);
    best += w[i] * difference * difference;
  }
  for (int candidate = -4; candidate <= 4; candidate++) {
    if (candidate == 0) continue;
    lane_f this_inverse = (0.1f * candidate + levels) / largest, this_scale = 1.0f / this_inverse;
    lane_f error = 0;
    for (int i = 0; i < n; i++) {
      lane_i l = NEAREST_INT(lane_i, this_inverse * x[i]);
      lane_f difference = x[i] - this_scale * TO_FLOAT(AT_MOST(l));
      error += w[i] * difference * difference;
    }
    lane_i better = error < best;
    best = better ? error : best;
    inverse = better ? this_inverse : inverse;
  }

  lane_f sum_lx = 0, sum_l2 = 0;
  for (int i = 0; i < n; i++) {
    lane_i q = NEAREST_INT(lane_i, inverse * x[i]);
    q = AT_MOST(q);
    lane_f l = TO_FLOAT(q);
    quants[i] = q & 255;
    sum_lx += w[i] * x[i] * l;
    sum_l2 += w[i] * l * l;
  }
  // Move single quants while that helps. A lane that no round changed stays as it is, so lanes
  // need not stop one by one.
  for (int round = 0; round < 5; round++) {
    lane_i changed = 0;
    for (int i = 0; i < n; i++) {
      lane_f wx = w[i] * x[i], old = TO_FLOAT(quants[i]);
      lane_f lx = sum_lx - wx * old, l2 = sum_l2 - w[i] * old * old;
      lane_i possible = (lx > 0) & (l2 > 0);
      lane_i q = NEAREST_INT(lane_i, x[i] * l2 / lx);
      q = AT_MOST(q);
      lane_f l = TO_FLOAT(q);
      lx += wx * l;
      l2 += w[i] * l * l;
      lane_i better = possible & (q != quants[i]) & (lx * lx * sum_l2 > sum_lx * sum_lx * l2);
      quants[i] = better ? q & 255 : quants[i];
      sum_lx = better ? lx : sum_lx;
      sum_l2 = better ? l2 : sum_l2;
      changed |= better;
    }
    if (!ANY(changed)) break;
  }
  for (int i = 0; i < n; i++) quants[i] = empty ? (lane_i)0 : quants[i];
  scale = sum_l2 > 0 ? sum_lx / sum_l2 : zero;
  return empty ? zero : scale;
#undef TO_FLOAT
#undef AT_MOST
}
