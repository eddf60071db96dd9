// IQ1_S: a half scale, 32 low bytes of point numbers, then per sub-block of 32 a word: the numbers'
// three high bits, three bits of scale, and which way the sub-block is shifted.

enum { IQ1_S_BYTES = 50, IQ1_S_WORDS = 34 };

static void iq1_s_read(const uint8_t *block, byte_block *to) {
  const float d = load_half(block);
  for (size_t j = 0; j < 8; j++) {
    const uint8_t *low = block + 2 + 4 * j;
    const uint32_t word = LOAD(uint16_t, block + IQ1_S_WORDS + 2 * j);
    const float scale = d * (float)(2 * (word >> 12 & 7) + 1);
    const int down = word >> 15;
    const uint64_t *points = assay_points_iq1;
    read_shifted16(to, 32 * j, points[low[0] | (word << 8 & 0x700)],
                   points[low[1] | (word << 5 & 0x700)], down, down, scale);
    read_shifted16(to, 32 * j + 16, points[low[2] | (word << 2 & 0x700)],
                   points[low[3] | (word >> 1 & 0x700)], down, down, scale);
  }
}
BYTE_FORMAT(iq1_s, 256, IQ1_S_BYTES)

/// Every split with both shifts, through running sums over the sorted elements.
ASSAY_INLINE void iq1_s_split(const sorted_lanes *sorted, ternary_split *split) {
  lane_f sum_x[33], sum_w[33], above_up[33], above_down[33], above_up2[33], above_down2[33];
  sum_x[0] = sum_w[0] = 0;
  for (int j = 0; j < 32; j++) {
    sum_x[j + 1] = sum_x[j] + sorted->w[j] * sorted->x[j];
    sum_w[j + 1] = sum_w[j] + sorted->w[j];
  }
  for (int j = 0; j <= 32; j++) {
    const lane_f x = sum_x[32] - sum_x[j], w = sum_w[32] - sum_w[j];
    above_up[j] = x * shifted_up[2];
    above_down[j] = x * shifted_down[2];
    above_up2[j] = w * shifted_up[2] * shifted_up[2];
    above_down2[j] = w * shifted_down[2] * shifted_down[2];
  }
  split_begin(split);
  for (int first = 0; first <= 32; first++) {
    const lane_f below_up = sum_x[first] * shifted_up[0], below_down = sum_x[first] * shifted_down[0];
    const lane_f below_up2 = sum_w[first] * shifted_up[0] * shifted_up[0];
    const lane_f below_down2 = sum_w[first] * shifted_down[0] * shifted_down[0];
    for (int second = first; second <= 32; second++) {
      const lane_f x = (sum_x[second] - sum_x[first]) * shifted_up[1];
      const lane_f w = (sum_w[second] - sum_w[first]) * shifted_up[1] * shifted_up[1];
      split_try(split, below_up + x + above_up[second], below_up2 + w + above_up2[second], first,
                second, 0);
      split_try(split, below_down - x + above_down[second],
                below_down2 + w + above_down2[second], first, second, 1);
    }
  }
}

static const ternary_shifts iq1_s_shifts = {2, {0, 15}};

static void iq1_s_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  const assay_grid *grid = assay_grid_for(ASSAY_GRID_IQ1);
  const size_t total = row_length * rows / 32;
  for (size_t start = 0; start < total; start += GRID_BATCH) {
    const size_t present = ASSAY_MIN(total - start, (size_t)GRID_BATCH);
    const float *group = values + 32 * start;
    ternary_batch batch;
    float squares[LANES];
    STORE(squares, square_sums(group, 256, present / 8));
    for (size_t first = 0; first < GRID_BATCH; first += LANES) {
      ternary_lanes lanes;
      sorted_lanes sorted;
      ternary_split split;
      ternary_load(&lanes, group, importance, 32 * start, row_length, squares, 32, first, present);
      sort_lanes(lanes.x, lanes.w, 32, &sorted);
      iq1_s_split(&sorted, &split);
      ternary_finish(lanes.x, lanes.w, lanes.from, lanes.rows, 32, &sorted, &split,
                     lanes.largest < 1e-12f, iq1_s_shifts, grid, first, &batch);
    }
    for (size_t first = 0; first < present; first += 8) {
      uint8_t *block = (uint8_t *)blocks + (start + first) / 8 * IQ1_S_BYTES, scales[8];
      const float d = quantize_scales(batch.scale + first, 8, 8, scales);
      store_half(block, float_to_half(d * 1.125f));
      for (size_t j = 0; j < 8; j++) {
        const uint16_t *point = batch.point[first + j];
        uint32_t word = scales[j] | (batch.down[first + j] && d != 0 ? 8u : 0u);
        word <<= 12;
        for (int k = 0; k < 4; k++) {
          block[2 + 4 * j + (size_t)k] = (uint8_t)point[k];
          word |= (uint32_t)(point[k] >> 8) << 3 * k;
        }
        STORE(block + IQ1_S_WORDS + 2 * j, (uint16_t)word);
      }
    }
  }
}
