// What IQ4_NL and IQ4_XS share: quants that name one of sixteen uneven levels, and the search for
// the scale of 32 elements (ggml: quantize_row_iq4_nl_impl). Lane i holds sub-block i.

static const int8_t iq4_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                      1,    13,   25,  38,  53,  69,  89,  113};
static const float iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                     1,    13,   25,  38,  53,  69,  89,  113};
/// Halfway between a level and the next: from there on, the next is nearer.
static const float iq4_edges[16] = {-115.5f, -93.5f, -74, -57, -42, -28.5f, -16, -4.5f,
                                    7, 19, 31.5f, 45.5f, 61, 79, 101, __builtin_inff()};

/// The level nearest to v, |v| ≤ 135. The levels follow a smooth curve, so a quadratic gives either
/// the wanted level or the one below (its error is under a tenth of a step, and half would do), and
/// one edge decides.
ASSAY_INLINE reg_i iq4_nearest(reg_f v) {
  reg_f curve = 7.84375f + v * (0.08984375f - 0.00023158f * ABS(v));
  reg_i below = __builtin_convertvector(curve, reg_i);
  return below - (v >= table16(iq4_edges, below));
}

ASSAY_INLINE lane_f iq4_nearest_values(lane_f v) {
  lane_f values;
  values.lo = table16(iq4_values, iq4_nearest(v.lo));
  values.hi = table16(iq4_values, iq4_nearest(v.hi));
  return values;
}

/// The quants of one sub-block for the inverse of its scale. Not a number takes the last level.
ASSAY_INLINE u8x32 iq4_quants32(const float *values, float inverse) {
  typedef uint8_t reg_u8 __attribute__((ext_vector_type(WIDTH)));
  u8x32 quants;
  for (int i = 0; i < 32; i += WIDTH) {
    reg_f v = LOAD(reg_f, values + i) * inverse;
    v = v < 113 ? v : (reg_f)113;
    v = v > -127 ? v : (reg_f)-127;
    STORE((uint8_t *)&quants + i, __builtin_convertvector(iq4_nearest(v), reg_u8));
  }
  return quants;
}

/// Candidates map the element of largest magnitude to -127 and up to seven units beside it; the
/// least-squares scale with the best fit wins. Zero where a sub-block counts as all zero.
ASSAY_INLINE lane_f iq4_fit_lanes(const lane_f x[32], const lane_f w[32]) {
  const lane_f zero = 0;
  lane_f largest = 0, extreme = 0;
  for (int i = 0; i < 32; i++) {
    lane_f magnitude = ABS(x[i]);
    lane_i larger = magnitude > largest;
    largest = larger ? magnitude : largest;
    extreme = larger ? x[i] : extreme;
  }
  const lane_i empty = largest < ALL_ZERO;
  if (ALL(empty)) return zero;
  extreme = empty ? (lane_f)1 : extreme;

  lane_f scale = 0, best = 0;
  for (int candidate = -8; candidate <= 7; candidate++) {
    const int first = candidate == -8;
    lane_f inverse = first ? 1.0f / (extreme / 127) : (float)(candidate - 127) / extreme;
    lane_f sum_lx = 0, sum_l2 = 0;
    for (int i = 0; i < 32; i++) {
      lane_f l = iq4_nearest_values(inverse * x[i]), wl = w[i] * l;
      sum_lx += wl * x[i];
      sum_l2 += wl * l;
    }
    // The first candidate is taken whatever its fit.
    lane_i better = sum_l2 > 0;
    if (!first) better &= sum_lx * sum_lx > best * sum_l2;
    lane_f this_scale = sum_lx / sum_l2;
    scale = better ? this_scale : scale;
    best = better ? this_scale * sum_lx : best;
  }
  return empty ? zero : scale;
}

/// The scales of `count` ≤ LANES blocks of `length` elements, in sub-blocks of 32. Importance weighs
/// with twice the mean square of the block.
ASSAY_INLINE void iq4_scales(const float *values, size_t count, size_t length,
                             const float *importance, size_t column, size_t row_length,
                             float *scales) {
  const size_t parts = length / 32;
  float variances[LANES];
  if (importance) STORE(variances, square_sums(values, length, count) * (2.0f / (float)length));
  for (size_t first = 0; first < parts * count; first += LANES) {
    const float *from[LANES], *weights_from[LANES];
    lane_f x[32], w[32], variance = 0;
    for (size_t i = 0; i < LANES; i++) {
      const int present = first + i < parts * count;
      from[i] = present ? values + 32 * (first + i) : zeros;
      weights_from[i] =
          present && importance ? importance + (column + 32 * (first + i)) % row_length : zeros;
      if (present && importance) variance[i] = variances[(first + i) / parts];
    }
    load_lanes(x, from, 32);
    if (importance) {
      load_lanes(w, weights_from, 32);
      weigh_lanes(x, variance, w, 32);
    } else {
      for (int i = 0; i < 32; i++) w[i] = x[i] * x[i];
    }
    STORE(scales + first, iq4_fit_lanes(x, w));
  }
}

ASSAY_INLINE void iq4_decode32(const uint8_t *nibbles, float scale, float *values) {
  STORE(values, table_floats32(iq4_levels, unpack_nibbles(nibbles)) * scale);
}

/// Four neighbours of 16 rows: `words` are the 16 bytes of a sub-block.
ASSAY_INLINE void iq4_four(const assay_uv words[4], size_t index, const assay_v *scale,
                           assay_v v[4]) {
  const assay_uv quants = words[index % 4] >> (uint32_t)(index / 4 * 4);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++) {
    const assay_uv level = quants >> 8 * e & 15;
    words_look_up(iq4_values, &level, &v[e]);
    v[e] = v[e] * *scale;
  }
}
