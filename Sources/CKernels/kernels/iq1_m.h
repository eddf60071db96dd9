// IQ1_M: 32 low bytes of point numbers, 32 nibbles of their three high bits and which way the group
// is shifted, then four words of four scales each, of three bits, under a nibble of the half scale.

enum { IQ1_M_BYTES = 56, IQ1_M_HIGH = 32, IQ1_M_SCALES = 48 };

ASSAY_INLINE uint32_t iq1_m_word(const uint8_t *block, size_t i) {
  return LOAD(uint16_t, block + IQ1_M_SCALES + 2 * i);
}

static void iq1_m_read(const uint8_t *block, byte_block *to) {
  const float d = half_to_float(
      (uint16_t)(iq1_m_word(block, 0) >> 12 | (iq1_m_word(block, 1) >> 8 & 0xf0) |
                 (iq1_m_word(block, 2) >> 4 & 0xf00) | (iq1_m_word(block, 3) & 0xf000)));
  for (size_t j = 0; j < 16; j++) {
    const uint32_t high = block[IQ1_M_HIGH + j];
    const uint32_t bits = iq1_m_word(block, j / 4) >> (3 * (j % 4)) & 7;
    read_shifted16(to, 16 * j, assay_points_iq1[block[2 * j] | (high << 8 & 0x700)],
                   assay_points_iq1[block[2 * j + 1] | (high << 4 & 0x700)], high & 0x08,
                   high & 0x80, d * (float)(2 * bits + 1));
  }
}
BYTE_FORMAT(iq1_m, 256, IQ1_M_BYTES)

/// What an element adds to the sums of the four ways to shift the two groups: both up, the second
/// down, the first down, both down.
typedef struct iq1_m_term {
  lane_f qx[4], q2[4];
} iq1_m_term;

ASSAY_INLINE void iq1_m_terms(lane_f x, lane_f w, lane_i in_second, int digit, iq1_m_term *term) {
  const float up = shifted_up[digit], down = shifted_down[digit];
  const lane_f qx_up = w * up * x, qx_down = w * down * x;
  const lane_f q2_up = w * up * up, q2_down = w * down * down;
  term->qx[0] = qx_up;
  term->qx[1] = in_second ? qx_down : qx_up;
  term->qx[2] = in_second ? qx_up : qx_down;
  term->qx[3] = qx_down;
  term->q2[0] = q2_up;
  term->q2[1] = in_second ? q2_down : q2_up;
  term->q2[2] = in_second ? q2_up : q2_down;
  term->q2[3] = q2_down;
}

ASSAY_INLINE void iq1_m_add(iq1_m_term *sum, const iq1_m_term *term) {
  for (int k = 0; k < 4; k++) {
    sum->qx[k] += term->qx[k];
    sum->q2[k] += term->q2[k];
  }
}

/// Every split with every shift. Sums run over the sorted elements, as libgguf's ggml does (later
/// ones subtract running sums, which rounds some blocks otherwise); those of splits that begin alike
/// are continued, so only what lies above the second boundary is added for each.
ASSAY_INLINE void iq1_m_split(const sorted_lanes *sorted, ternary_split *split) {
  iq1_m_term terms[3][16], below = {0};
  for (int j = 0; j < 16; j++)
    for (int digit = 0; digit < 3; digit++)
      iq1_m_terms(sorted->x[j], sorted->w[j], sorted->at[j] >= 8, digit, &terms[digit][j]);
  split_begin(split);
  for (int first = 0; first <= 16; first++) {
    iq1_m_term between = below;
    for (int second = first; second <= 16; second++) {
      iq1_m_term sum = between;
      for (int j = second; j < 16; j++) iq1_m_add(&sum, &terms[2][j]);
      for (int k = 0; k < 4; k++) split_try(split, sum.qx[k], sum.q2[k], first, second, k);
      if (second < 16) iq1_m_add(&between, &terms[1][second]);
    }
    if (first < 16) iq1_m_add(&below, &terms[0][first]);
  }
}

static const ternary_shifts iq1_m_shifts = {4, {0, 2, 1, 3}};

/// The least-squares scale of a whole block whose points, shifts and scales are chosen.
ASSAY_INLINE float iq1_m_refit(const float *x, const float *importance, float variance,
                               const ternary_batch *batch, size_t first, const uint8_t *scales,
                               const assay_grid *grid, float otherwise) {
  float qx[256], q2[256], sum_qx = 0, sum_q2 = 0;
  for (size_t j = 0; j < 16; j++)
    for (size_t k = 0; k < 2; k++) {
      const uint32_t code = grid->codes[batch->point[first + j][k]];
      const float lowest = batch->down[first + j] >> k & 1 ? shifted_down[0] : shifted_up[0];
      const float times = (float)(2 * scales[j] + 1);
      for (size_t i = 0; i < 8; i++) {
        const size_t e = 16 * j + 8 * k + i;
        const float w = importance ? importance[e] * SQRT(variance + x[e] * x[e]) : x[e] * x[e];
        const float q = ((float)(code >> 2 * i & 3) + lowest) * times;
        qx[e] = w * q * x[e];
        q2[e] = w * q * q;
      }
    }
  for (int e = 0; e < 256; e++) {
    sum_qx += qx[e];
    sum_q2 += q2[e];
  }
  return sum_q2 > 0 ? sum_qx / sum_q2 : otherwise;
}

ASSAY_INLINE void iq1_m_pack(const ternary_batch *batch, size_t first, const uint8_t *scales,
                             uint16_t half, uint8_t *block) {
  for (size_t j = 0; j < 16; j++) {
    const uint16_t *point = batch->point[first + j];
    const uint8_t down = batch->down[first + j];
    block[2 * j] = (uint8_t)point[0];
    block[2 * j + 1] = (uint8_t)point[1];
    block[IQ1_M_HIGH + j] =
        (uint8_t)(point[0] >> 8 | point[1] >> 8 << 4 | (down & 1) << 3 | (down & 2) << 6);
  }
  for (int i = 0; i < 4; i++) {
    uint32_t word = (half >> 4 * i & 15u) << 12;
    for (int j = 0; j < 4; j++) word |= (uint32_t)scales[4 * i + j] << 3 * j;
    STORE(block + IQ1_M_SCALES + 2 * i, (uint16_t)word);
  }
}

ASSAY_INLINE void iq1_m_encode_any(const float *values, const float *importance, uint8_t *blocks,
                                   size_t row_length, size_t rows) {
  const assay_grid *grid = assay_grid_for(ASSAY_GRID_IQ1);
  const size_t total = row_length * rows / 16;
  for (size_t start = 0; start < total; start += GRID_BATCH) {
    const size_t present = ASSAY_MIN(total - start, (size_t)GRID_BATCH);
    const float *group = values + 16 * start;
    ternary_batch batch;
    float squares[LANES];
    STORE(squares, square_sums(group, 256, present / 16));
    for (size_t first = 0; first < GRID_BATCH; first += LANES) {
      ternary_lanes lanes;
      sorted_lanes sorted;
      ternary_split split;
      ternary_load(&lanes, group, importance, 16 * start, row_length, squares, 16, first, present);
      sort_lanes(lanes.x, lanes.w, 16, &sorted);
      iq1_m_split(&sorted, &split);
      ternary_finish(lanes.x, lanes.w, lanes.from, lanes.rows, 16, &sorted, &split,
                     lanes.largest < 1e-7f, iq1_m_shifts, grid, first, &batch);
    }
    for (size_t first = 0; first < present; first += 16) {
      uint8_t scales[16];
      float d = quantize_scales(batch.scale + first, 16, 8, scales);
      if (d == 0)
        __builtin_memset(batch.down + first, 0, 16);
      else
        d = iq1_m_refit(group + 16 * first,
                        importance ? importance + 16 * (start + first) % row_length : NULL,
                        2 * squares[first / 16] / 256.0f, &batch, first, scales, grid, d);
      iq1_m_pack(&batch, first, scales, float_to_half(d * 1.1125f),
                 blocks + (start + first) / 16 * IQ1_M_BYTES);
    }
  }
}

static void iq1_m_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  if (importance)
    iq1_m_encode_any(values, importance, blocks, row_length, rows);
  else
    iq1_m_encode_any(values, NULL, blocks, row_length, rows);
}
