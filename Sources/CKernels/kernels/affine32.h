// The codec of Q4_1 and Q5_1: a half scale, a half minimum and 32 quants 0...levels.

/// The least elements of a group's blocks; of zeros the first, for a block keeps the sign.
ASSAY_INLINE f32x16 least_of_each(const float *values, size_t present, f32x16 least) {
  if (!ANY(least == 0)) return least;
  float each[GROUP];
  STORE(each, least);
  for (size_t i = 0; i < present; i++)
    for (int j = 31; j >= 0 && least[i] == 0; j--)
      if (values[32 * i + j] == 0) each[i] = values[32 * i + j];
  return LOAD(f32x16, each);
}

/// The least element becomes 0, the largest `levels`.
ASSAY_INLINE void affine_encode_plain(const float *values, uint8_t *to, size_t count, int levels,
                                      size_t block_bytes, void (*pack)(u8x32, uint8_t *)) {
  for (size_t left = count / 32, present; left > 0; left -= present) {
    present = ASSAY_MIN(left, (size_t)GROUP);
    f32x16 above, below;
    extremes_of_group(values, present, &above, &below);
    const f32x16 least = least_of_each(values, present, -below);
    const group_scales scales = scales_of_group((above - least) / (float)levels);
    float low[GROUP];
    uint16_t half[GROUP];
    STORE(low, least);
    STORE(half, float_to_half16(least));
    for (size_t i = 0; i < present; i++, values += 32, to += block_bytes) {
      prefetch_ahead(values);
      store_half(to, scales.half[i]);
      store_half(to + 2, half[i]);
      // Below 2^-128 the inverse overflows, beyond the largest float the range does; what no byte
      // can hold becomes zero, as in ggml on x86.
      f32x32 v = (LOAD(f32x32, values) - low[i]) * scales.inverse[i] + 0.5f;
      v = ABS(v) < 128 ? v : (f32x32)0;
      pack(__builtin_convertvector(__builtin_convertvector(v, i32x32), u8x32), to + 4);
    }
  }
}

/// With importance both halves are searched.
ASSAY_INLINE void affine_fit_blocks(const lane_f x[32], const lane_f w[32],
                                    const float *const from[LANES], size_t present, uint8_t *to,
                                    int levels, size_t block_bytes, void (*pack)(u8x32, uint8_t *)) {
  const affine_search search = {levels, -0.9f, 0.05f, 36};
  affine_fit fit;
  affine_fit_lanes(x, w, 32, search, &fit);
  for (size_t i = 0; i < present; i++, to += block_bytes) {
    store_half(to, float_to_half(fit.scale[i]));
    store_half(to + 2, float_to_half(-fit.minimum[i]));
    f32x32 v = fit.inverse[i] * (LOAD(f32x32, from[i]) - fit.offset[i]);
    pack(affine_quants32(v, levels), to + 4);
  }
}

ASSAY_INLINE void affine_decode(const uint8_t *from, float *values, size_t count,
                                size_t block_bytes, u8x32 (*unpack)(const uint8_t *)) {
  for (; count >= 32; count -= 32, from += block_bytes, values += 32) {
    f32x32 q = __builtin_convertvector(unpack(from + 4), f32x32);
    STORE(values, q * load_half(from) + load_half(from + 2));
  }
}
