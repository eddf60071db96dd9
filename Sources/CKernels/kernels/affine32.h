// The codec of Q4_1 and Q5_1: a half scale, a half minimum and 32 quants 0...levels.

/// The least element; of zeros the first, for the block keeps the sign.
ASSAY_INLINE float least32(const float *values) {
  const float least = -largest32(-LOAD(f32x32, values));
  if (least != 0) return least;
  for (int i = 0; i < 32; i++)
    if (values[i] == 0) return values[i];
  return least;
}

/// The least element becomes 0, the largest `levels`.
ASSAY_INLINE void affine_encode_plain(const float *values, uint8_t *to, size_t count, int levels,
                                      size_t block_bytes, void (*pack)(u8x32, uint8_t *)) {
  for (; count >= 32; count -= 32, values += 32, to += block_bytes) {
    f32x32 x = LOAD(f32x32, values);
    float low = least32(values), d = (largest32(x) - low) / (float)levels;
    float inverse = d != 0 ? 1.0f / d : 0.0f;
    store_half(to, float_to_half(d));
    store_half(to + 2, float_to_half(low));
    // Below 2^-128 the inverse overflows, beyond the largest float the range does; what no byte can
    // hold becomes zero, as in ggml on x86.
    f32x32 v = (x - low) * inverse + 0.5f;
    v = ABS(v) < 128 ? v : (f32x32)0;
    pack(__builtin_convertvector(__builtin_convertvector(v, i32x32), u8x32), to + 4);
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
