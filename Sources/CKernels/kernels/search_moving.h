// The scale search that moves single quants of -levels..<levels (ggml: make_q3_quants); elements
// weigh x². Lane i holds sub-block i.

/// `quants` receives what the scale goes with, offset by `levels`; zero where the sub-block counts as
/// all zero. True lanes moved a quant in the last of at most `rounds` rounds.
ASSAY_INLINE lane_i moving_fit_lanes(const lane_f *x, int n, int levels, int rounds,
                                     lane_f *scale, lane_i *quants) {
  const lane_f zero = 0;
  lane_f largest, extreme = extreme_lanes(x, n, &largest);
  const lane_i empty = largest < ALL_ZERO;
  extreme = empty ? (lane_f)1 : extreme;

  const lane_f inverse = (float)-levels / extreme;
  lane_f w[16], wx[16], l[16], sum_lx = 0, sum_l2 = 0;
  for (int i = 0; i < n; i++) {
    w[i] = x[i] * x[i];
    wx[i] = w[i] * x[i];
    l[i] = __builtin_convertvector(symmetric_quant(inverse * x[i], levels), lane_f);
    sum_lx += wx[i] * l[i];
    sum_l2 += w[i] * l[i] * l[i];
  }
  // A lane that a round left alone stays as it is, so lanes need not stop one by one.
  lane_i changed = ~(lane_i)0;
  for (int round = 0; round < rounds && ANY(changed); round++) {
    changed = 0;
    for (int i = 0; i < n; i++) {
      lane_f lx = sum_lx - wx[i] * l[i], l2 = sum_l2 - w[i] * l[i] * l[i];
      lane_i possible = lx > 0;
      lane_f moved = __builtin_convertvector(symmetric_quant(x[i] * l2 / lx, levels), lane_f);
      lx += wx[i] * moved;
      l2 += w[i] * moved * moved;
      lane_i better = possible & (moved != l[i]) & (l2 > 0) &
                      (lx * lx * sum_l2 > sum_lx * sum_lx * l2);
      l[i] = better ? moved : l[i];
      sum_lx = better ? lx : sum_lx;
      sum_l2 = better ? l2 : sum_l2;
      changed |= better;
    }
  }
  for (int i = 0; i < n; i++)
    quants[i] = empty ? (lane_i)0 : __builtin_convertvector(l[i], lane_i) + levels;
  *scale = (sum_l2 > 0) & ~empty ? sum_lx / sum_l2 : zero;
  return changed & ~empty;
}
