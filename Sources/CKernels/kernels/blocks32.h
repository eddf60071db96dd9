// What the formats of 32 elements share: quants of four and five bits, importance that needs the
// mean square of a whole row, and the codec of Q4_0 and Q5_0.

/// Elements 0-15 in low nibbles, 16-31 in high ones.
ASSAY_INLINE void pack_nibbles(u8x32 quants, uint8_t *to) {
  STORE(to, (quants.lo & 15) | quants.hi << 4);
}
ASSAY_INLINE u8x32 unpack_nibbles(const uint8_t *from) {
  u8x16 both = LOAD(u8x16, from);
  u8x32 quants;
  quants.lo = both & 15;
  quants.hi = both >> 4;
  return quants;
}

typedef _Bool b32 __attribute__((ext_vector_type(32)));
/// Nibbles behind a word whose bit i is the fifth bit of element i.
ASSAY_INLINE void pack_five_bits(u8x32 quants, uint8_t *to) {
  STORE(to, __builtin_bit_cast(uint32_t, __builtin_convertvector(quants > 15, b32)));
  pack_nibbles(quants, to + 4);
}
ASSAY_INLINE u8x32 unpack_five_bits(const uint8_t *from) {
  b32 fifth = __builtin_bit_cast(b32, LOAD(uint32_t, from));
  return unpack_nibbles(from + 4) | __builtin_convertvector(fifth, u8x32) << 4;
}

/// The same in lanes, four neighbours at a time.
ASSAY_INLINE void five_bits_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  row_words4(rows, offset + 4, block->words);
  row_word(rows, offset, &block->words[4]);
}
ASSAY_INLINE void five_bits_four(const row_block *block, size_t index, assay_uv quants[4]) {
  const assay_uv nibbles = block->words[index % 4] >> (uint32_t)(index / 4 * 4);
  const assay_uv fifths = block->words[4] >> (uint32_t)(4 * index);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++) quants[e] = (nibbles >> 8 * e & 15) | (fifths >> e & 1) << 4;
}

/// Encodes rows with importance: `fit` encodes `present` of LANES blocks, whose elements `from`
/// points to, to `to`. Rows come in groups, because each block needs the mean square of its row.
ASSAY_INLINE void encode_weighted(const float *values, const float *importance, uint8_t *blocks,
                                  size_t row_length, size_t rows, size_t block_bytes,
                                  void (*fit)(const lane_f x[32], const lane_f w[32],
                                              const float *const from[LANES], size_t present,
                                              uint8_t *to)) {
  const size_t per_row = row_length / 32;
  for (size_t start = 0; start < rows; start += LANES) {
    const size_t count = ASSAY_MIN(rows - start, (size_t)LANES);
    const float *group = values + start * row_length;
    uint8_t *to = blocks + block_bytes * start * per_row;
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
      weigh_lanes(x, variance, w, 32);
      fit(x, w, from, present, to);
      to += block_bytes * present;
    }
  }
}

/// Of elements whose largest and smallest have one magnitude, the first of it, with its sign.
ASSAY_INLINE float first_extreme(const float *values, int count, float magnitude) {
  for (int i = 0; i < count; i++)
    if (values[i] == magnitude || values[i] == -magnitude) return magnitude == 0 ? 0.0f : values[i];
  return 0;
}

/// The element of largest magnitude with its sign, of `parts` times 32; of equal ones the first.
ASSAY_INLINE float extreme_of(const float *values, int parts) {
  f32x32 high = LOAD(f32x32, values), low = high;
  for (int j = 1; j < parts; j++) {
    f32x32 x = LOAD(f32x32, values + 32 * j);
    high = x > high ? x : high;
    low = x < low ? x : low;
  }
  float above = largest32(high), below = largest32(-low);
  if (above != below) return above > below ? above : -below;
  return first_extreme(values, 32 * parts, above);
}

/// The same for each block of a group.
ASSAY_INLINE f32x16 extreme_of_each(const float *values, size_t present) {
  f32x16 above, below;
  extremes_of_group(values, present, &above, &below);
  f32x16 extreme = above > below ? above : -below;
  if (!ANY(above == below)) return extreme;
  float each[GROUP];
  STORE(each, extreme);
  for (size_t i = 0; i < present; i++)
    if (above[i] == below[i]) each[i] = first_extreme(values + 32 * i, 32, above[i]);
  return LOAD(f32x16, each);
}

/// A half scale before quants that are offset by `levels`: without importance the element of
/// largest magnitude becomes -levels.
ASSAY_INLINE void symmetric_encode_plain(const float *values, uint8_t *to, size_t count, int levels,
                                         size_t block_bytes, void (*pack)(u8x32, uint8_t *)) {
  for (size_t left = count / 32, present; left > 0; left -= present) {
    present = ASSAY_MIN(left, (size_t)GROUP);
    const group_scales scales =
        scales_of_group(extreme_of_each(values, present) / (float)-levels);
    for (size_t i = 0; i < present; i++, values += 32, to += block_bytes) {
      prefetch_ahead(values);
      store_half(to, scales.half[i]);
      // Below 2^-128 the inverse overflows; what no byte can hold becomes zero, as in ggml on x86.
      f32x32 v = LOAD(f32x32, values) * scales.inverse[i] + ((float)levels + 0.5f);
      v = ABS(v) < 128 ? v : (f32x32)0;
      i32x32 q = __builtin_convertvector(v, i32x32), highest = 2 * levels - 1;
      pack(__builtin_convertvector(q < highest ? q : highest, u8x32), to + 2);
    }
  }
}

ASSAY_INLINE void symmetric_fit_blocks(const lane_f x[32], const lane_f w[32],
                                       const float *const from[LANES], size_t present, uint8_t *to,
                                       int levels, size_t block_bytes,
                                       void (*pack)(u8x32, uint8_t *)) {
  symmetric_fit fit;
  symmetric_fit_lanes(x, w, 32, levels, 0, &fit);
  for (size_t i = 0; i < present; i++, to += block_bytes) {
    store_half(to, float_to_half(fit.scale[i]));
    pack(symmetric_quants32(from[i], fit.inverse[i], levels), to + 2);
  }
}

ASSAY_INLINE void symmetric_decode(const uint8_t *from, float *values, size_t count, int levels,
                                   size_t block_bytes, u8x32 (*unpack)(const uint8_t *)) {
  for (; count >= 32; count -= 32, from += block_bytes, values += 32) {
    i8x32 q = __builtin_bit_cast(i8x32, unpack(from + 2)) - (int8_t)levels;
    STORE(values, __builtin_convertvector(q, f32x32) * load_half(from));
  }
}
