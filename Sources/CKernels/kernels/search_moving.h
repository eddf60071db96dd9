// The scale search that moves single quants of -levels..<levels of 16 elements (ggml:
// make_q3_quants); elements weigh x². Lane i holds sub-block i.

typedef struct moving_fit {
  lane_f x[16], quants[16], sum_lx, sum_l2;
  /// Lanes that count as all zero.
  lane_i empty;
} moving_fit;

/// The element of largest magnitude becomes -levels.
ASSAY_INLINE void moving_start(moving_fit *fit, int levels) {
  lane_f largest, extreme = extreme_lanes(fit->x, 16, &largest);
  fit->empty = largest < ALL_ZERO;
  const lane_f inverse = (float)-levels / (fit->empty ? (lane_f)1 : extreme);
  fit->sum_lx = fit->sum_l2 = 0;
  for (int i = 0; i < 16; i++) {
    const lane_f x = fit->x[i], w = x * x;
    lane_f l = __builtin_convertvector(symmetric_quant(inverse * x, levels), lane_f);
    fit->quants[i] = l;
    fit->sum_lx += w * x * l;
    fit->sum_l2 += w * l * l;
  }
}

/// Moves quant i where the scale of all others puts it, in lanes whose fit improves: those are true.
ASSAY_INLINE lane_i moving_step(moving_fit *fit, int i, int levels) {
  const lane_f x = fit->x[i], w = x * x, wx = w * x, old = fit->quants[i];
  lane_f lx = fit->sum_lx - wx * old, l2 = fit->sum_l2 - w * old * old;
  const lane_i possible = lx > 0;
  const lane_f l = __builtin_convertvector(symmetric_quant(x * l2 / lx, levels), lane_f);
  lx += wx * l;
  l2 += w * l * l;
  const lane_i better = possible & (l != old) & (l2 > 0) &
                        (lx * lx * fit->sum_l2 > fit->sum_lx * fit->sum_lx * l2);
  fit->quants[i] = better ? l : old;
  fit->sum_lx = better ? lx : fit->sum_lx;
  fit->sum_l2 = better ? l2 : fit->sum_l2;
  return better;
}

/// At most `rounds` rounds over all quants of two fits, whose long chains overlap. True lanes moved a
/// quant in the last round; a lane that a round left alone stays as it is, so lanes need not stop one
/// by one.
ASSAY_INLINE void moving_rounds(moving_fit fits[2], int levels, int rounds, lane_i changed[2]) {
  for (int round = 0; round < rounds; round++) {
    changed[0] = changed[1] = 0;
    for (int i = 0; i < 16; i++) {
      changed[0] |= moving_step(fits, i, levels);
      changed[1] |= moving_step(fits + 1, i, levels);
    }
    if (!ANY(changed[0] | changed[1])) break;
  }
}

ASSAY_INLINE lane_f moving_scale(const moving_fit *fit) {
  return (fit->sum_l2 > 0) & ~fit->empty ? fit->sum_lx / fit->sum_l2 : (lane_f)0;
}

/// Quant i, offset by `levels`; zero where the sub-block counts as all zero.
ASSAY_INLINE lane_i moving_quant(const moving_fit *fit, int i, int levels) {
  lane_i q = __builtin_convertvector(fit->quants[i], lane_i) + levels;
  return fit->empty ? (lane_i)0 : q;
}

/// Searches 2·LANES sub-blocks in at most `rounds` rounds. Quant i of sub-block k goes to
/// `quants[stride * i + k]`; not zero in `moved` is what moved in the last round.
ASSAY_INLINE void moving_fit_lanes(const float *const from[2 * LANES], int levels, int rounds,
                                   float *scale, uint8_t *quants, size_t stride,
                                   int32_t moved[2 * LANES]) {
  moving_fit fits[2];
  lane_i changed[2];
  for (int part = 0; part < 2; part++) {
    load_lanes(fits[part].x, from + LANES * part, 16);
    moving_start(fits + part, levels);
  }
  moving_rounds(fits, levels, rounds, changed);
  for (int part = 0; part < 2; part++) {
    STORE(moved + LANES * part, changed[part]);
    STORE(scale + LANES * part, moving_scale(fits + part));
    for (size_t i = 0; i < 16; i++) {
      lane_i q = moving_quant(fits + part, (int)i, levels);
      STORE(quants + stride * i + LANES * part, __builtin_convertvector(q, lane_u8));
    }
  }
}

/// Searches `count` ≤ 16·LANES consecutive sub-blocks; `scale` and a row of `quants` have room for
/// whole groups of 2·LANES. One round is enough for most of them; the others start over together,
/// so that lanes do not wait for the slowest.
ASSAY_INLINE void moving_search(const float *values, size_t count, int levels, float *scale,
                                uint8_t *quants, size_t stride) {
  size_t again[16 * LANES + 1], left = 0;
  const float *from[2 * LANES];
  int32_t moved[2 * LANES];
  for (size_t first = 0; first < count; first += 2 * LANES) {
    for (size_t i = 0; i < 2 * LANES; i++)
      from[i] = first + i < count ? values + 16 * (first + i) : zeros;
    moving_fit_lanes(from, levels, 1, scale + first, quants + first, stride, moved);
    for (size_t i = 0; i < 2 * LANES; i++) {
      again[left] = first + i;
      left += moved[i] != 0;
    }
  }
  for (size_t start = 0; start < left; start += 2 * LANES) {
    const size_t present = ASSAY_MIN(left - start, (size_t)(2 * LANES));
    float scales[2 * LANES];
    uint8_t found[16][2 * LANES];
    for (size_t i = 0; i < 2 * LANES; i++)
      from[i] = i < present ? values + 16 * again[start + i] : zeros;
    moving_fit_lanes(from, levels, 5, scales, found[0], 2 * LANES, moved);
    for (size_t i = 0; i < present; i++) {
      const size_t at = again[start + i];
      scale[at] = scales[i];
      for (size_t j = 0; j < 16; j++) quants[stride * j + at] = found[j][i];
    }
  }
}
