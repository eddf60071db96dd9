// Q4_0: a half scale and 32 nibbles, elements 0-15 low, 16-31 high; quants are offset by 8.

/// The element of largest magnitude with its sign; of equal ones the first.
ASSAY_INLINE float extreme32(const float *values) {
  f32x32 x = LOAD(f32x32, values);
  float above = largest32(x), below = largest32(-x);
  float magnitude = above > below ? above : below;
  if (above != below) return above > below ? above : -below;
  for (int i = 0; i < 32; i++)
    if (values[i] == magnitude || values[i] == -magnitude)
      return magnitude == 0 ? 0.0f : values[i];
  return 0;
}

static void q4_0_encode_plain(const float *values, uint8_t *to, size_t count) {
  for (; count >= 32; count -= 32, values += 32, to += 18) {
    float d = extreme32(values) / -8, inverse = d != 0 ? 1.0f / d : 0.0f;
    store_half(to, float_to_half(d));
    // Below 2^-128 the inverse overflows; what no byte can hold becomes zero, as in ggml on x86.
    f32x32 v = LOAD(f32x32, values) * inverse + 8.5f;
    v = ABS(v) < 128 ? v : (f32x32)0;
    i32x32 q = __builtin_convertvector(v, i32x32);
    u8x32 quants = __builtin_convertvector(q < 15 ? q : (i32x32)15, u8x32);
    STORE(to + 2, quants.lo | quants.hi << 4);
  }
}

/// Rows in groups, because each block needs the mean square of its whole row.
static void q4_0_encode_weighted(const float *values, const float *importance, uint8_t *blocks,
                                 size_t row_length, size_t rows) {
  const size_t per_row = row_length / 32;
  for (size_t start = 0; start < rows; start += LANES) {
    const size_t count = ASSAY_MIN(rows - start, (size_t)LANES);
    const float *group = values + start * row_length;
    uint8_t *to = blocks + 18 * start * per_row;
    float squares[LANES];
    STORE(squares, square_sums(group, row_length, count));
    for (size_t first = 0; first < count * per_row; first += LANES) {
      const size_t present = ASSAY_MIN(count * per_row - first, (size_t)LANES);
      const float *from[LANES], *weights_from[LANES];
      lane_f x[32], w[32], variance = 0;
      for (size_t i = 0; i < LANES; i++) {
        from[i] = i < present ? group + 32 * (first + i) : zeros;
        weights_from[i] = i < present ? importance + 32 * ((first + i) % per_row) : zeros;
        if (i < present) variance[i] = squares[(first + i) / per_row] / (float)row_length;
      }
      load_lanes(x, from, 32);
      load_lanes(w, weights_from, 32);
      for (int i = 0; i < 32; i++) w[i] = w[i] * SQRT(variance + x[i] * x[i]);
      symmetric_fit fit;
      symmetric_fit_lanes(x, w, 32, 8, &fit);
      for (size_t i = 0; i < present; i++, to += 18) {
        store_half(to, float_to_half(fit.scale[i]));
        u8x32 quants = symmetric_quants32(from[i], fit.inverse[i], 8);
        STORE(to + 2, quants.lo | quants.hi << 4);
      }
    }
  }
}

static void q4_0_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    q4_0_encode_weighted(values, importance, blocks, row_length, rows);
  else
    q4_0_encode_plain(values, blocks, row_length * rows);
}

static void q4_0_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += 18, values += 32) {
    u8x16 both = LOAD(u8x16, from + 2);
    float d = load_half(from);
    i8x16 low = __builtin_bit_cast(i8x16, both & 15) - 8;
    i8x16 high = __builtin_bit_cast(i8x16, both >> 4) - 8;
    STORE(values, __builtin_convertvector(low, f32x16) * d);
    STORE(values + 16, __builtin_convertvector(high, f32x16) * d);
  }
}
