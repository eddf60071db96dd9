// Q6_K: 210 bytes for 256 elements: 128 of low nibbles, 64 of high bit pairs, 16 signed 8-bit
// scales of 16 elements each, and a half scale of scales.

enum { Q6_K_BYTES = 210, Q6_K_HIGH = 128, Q6_K_SCALES = 192, Q6_K_D = 208 };

ASSAY_INLINE void q6_K_pack(const u8x32 quants[8], uint8_t *block) {
  for (int half = 0; half < 2; half++) {
    const u8x32 *q = quants + 4 * half;
    STORE(block + 64 * half, (q[0] & 15) | q[2] << 4);
    STORE(block + 64 * half + 32, (q[1] & 15) | q[3] << 4);
    STORE(block + Q6_K_HIGH + 32 * half,
          q[0] >> 4 | q[1] >> 4 << 2 | q[2] >> 4 << 4 | q[3] >> 4 << 6);
  }
}

/// The final quants of one sub-block, by its rounded scale.
ASSAY_INLINE u8x16 q6_K_requantize(const float *values, float scale, float inverse) {
  if (scale == 0) return symmetric_quants16(values, inverse, 32);
  return symmetric_rounded16(LOAD(f32x16, values) / scale, 32);
}

ASSAY_INLINE void q6_K_finish(const float *values, const float scales[16], const float inverses[16],
                              uint8_t *block) {
  float largest = 0, extreme = 0;
  for (int j = 0; j < 16; j++)
    if (ABS(scales[j]) > largest) {
      largest = ABS(scales[j]);
      extreme = scales[j];
    }
  if (largest < ALL_ZERO) {
    __builtin_memset(block, 0, Q6_K_BYTES);
    return;
  }
  const float inverse = -128.0f / extreme;
  const uint16_t d = float_to_half(1.0f / inverse);
  store_half(block + Q6_K_D, d);
  u8x32 quants[8];
  u8x16 *halves = (u8x16 *)quants;
  for (int j = 0; j < 16; j++) {
    int32_t q = NEAREST_INT(int32_t, inverse * scales[j]);
    int8_t scale = (int8_t)ASSAY_MIN(q, 127);
    block[Q6_K_SCALES + j] = (uint8_t)scale;
    halves[j] = q6_K_requantize(values + 16 * j, half_to_float(d) * scale, inverses[j]);
  }
  q6_K_pack(quants, block);
}

/// Two super-blocks at a time: 32 sub-blocks fill the lanes of every level evenly.
ASSAY_INLINE void q6_K_encode_any(const float *values, const float *importance, uint8_t *blocks,
                                  size_t row_length, size_t rows) {
  const size_t total = row_length * rows / 16;
  for (size_t start = 0; start < total; start += 32) {
    const size_t present = ASSAY_MIN(total - start, (size_t)32);
    float scales[32], inverses[32];
    for (size_t first = start; first < start + 32; first += LANES) {
      const float *from[LANES], *weights_from[LANES];
      lane_f x[16], w[16];
      for (size_t i = 0; i < LANES; i++) {
        int exists = first + i < start + present;
        from[i] = exists ? values + 16 * (first + i) : zeros;
        if (importance)
          weights_from[i] = exists ? importance + 16 * (first + i) % row_length : zeros;
      }
      load_lanes(x, from, 16);
      if (importance)
        load_lanes(w, weights_from, 16);
      else
        for (int i = 0; i < 16; i++) w[i] = x[i] * x[i];
      symmetric_fit fit;
      symmetric_fit_lanes(x, w, 16, 32, 0, &fit);
      STORE(scales + (first - start), fit.scale);
      STORE(inverses + (first - start), fit.inverse);
    }
    for (size_t i = 0; i < present; i += 16)
      q6_K_finish(values + 16 * (start + i), scales + i, inverses + i,
                  blocks + (start + i) / 16 * Q6_K_BYTES);
  }
}

static void q6_K_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    q6_K_encode_any(values, importance, blocks, row_length, rows);
  else
    q6_K_encode_any(values, NULL, blocks, row_length, rows);
}

static void q6_K_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *block = blocks;
  for (; count >= 256; count -= 256, block += Q6_K_BYTES, values += 256) {
    const float d = load_half(block + Q6_K_D);
    u8x32 quants[8];
    for (int half = 0; half < 2; half++) {
      u8x32 low = LOAD(u8x32, block + 64 * half), next = LOAD(u8x32, block + 64 * half + 32);
      u8x32 high = LOAD(u8x32, block + Q6_K_HIGH + 32 * half);
      u8x32 *q = quants + 4 * half;
      q[0] = (low & 15) | (high & 3) << 4;
      q[1] = (next & 15) | (high >> 2 & 3) << 4;
      q[2] = low >> 4 | (high >> 4 & 3) << 4;
      q[3] = next >> 4 | high >> 6 << 4;
    }
    const i8x16 *halves = (const i8x16 *)quants;
    for (int j = 0; j < 16; j++) {
      float scale = d * (int8_t)block[Q6_K_SCALES + j];
      STORE(values + 16 * j, __builtin_convertvector(halves[j] - 32, f32x16) * scale);
    }
  }
}

ASSAY_INLINE void q6_K_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  for (size_t j = 0; j < 6; j++) row_words8(rows, offset + 32 * j, block->words + 8 * j);
  // The last 32 bytes of the block: scales from byte 14 on, and the half that scales them.
  assay_uv last[8];
  row_words8(rows, offset + Q6_K_BYTES - 32, last);
  const assay_uv half = last[7] >> 16;
  assay_v d;
  words_to_floats(&half, &d);
  ASSAY_UNROLL
  for (int j = 0; j < 16; j++) {
    const assay_iv scale = (assay_iv)(last[(14 + j) / 4] << (24 - (14 + j) % 4 * 8)) >> 24;
    block->scale[j] = d * WORDS_TO_FLOAT(scale);
  }
}
ASSAY_INLINE void q6_K_four(const row_block *block, size_t index, assay_v v[4]) {
  const size_t half = index / 32, part = index / 8 % 4;
  const assay_uv low = block->words[16 * half + part % 2 * 8 + index % 8];
  const assay_uv high = block->words[32 + 8 * half + index % 8];
  const assay_uv quants = (low >> (uint32_t)(part / 2 * 4) & 0x0f0f0f0f) |
                          (high >> (uint32_t)(2 * part) & 0x03030303) << 4;
  assay_uv each[4];
  words_bytes(&quants, each);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = WORDS_TO_FLOAT(each[e] - 32) * block->scale[index / 4];
}
static const row_format q6_K_rows = {256, Q6_K_BYTES, q6_K_open, q6_K_four};
ROW_FUNCTIONS(q6_K)
