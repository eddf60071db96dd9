// Q5_1: a half scale, a half minimum and 32 quants of five bits.

enum { Q5_1_BYTES = 24, Q5_1_LEVELS = 31 };

/// The least element; of zeros the first, for the block keeps the sign.
ASSAY_INLINE float least32(const float *values) {
  const float least = -largest32(-LOAD(f32x32, values));
  if (least != 0) return least;
  for (int i = 0; i < 32; i++)
    if (values[i] == 0) return values[i];
  return least;
}

/// The least element becomes 0, the largest 31.
static void q5_1_encode_plain(const float *values, uint8_t *to, size_t count) {
  for (; count >= 32; count -= 32, values += 32, to += Q5_1_BYTES) {
    f32x32 x = LOAD(f32x32, values);
    float low = least32(values), d = (largest32(x) - low) / 31;
    float inverse = d != 0 ? 1.0f / d : 0.0f;
    store_half(to, float_to_half(d));
    store_half(to + 2, float_to_half(low));
    // Below 2^-128 the inverse overflows, beyond the largest float the range does; what no byte can
    // hold becomes zero, as in ggml on x86.
    f32x32 v = (x - low) * inverse + 0.5f;
    v = ABS(v) < 128 ? v : (f32x32)0;
    pack_five_bits(__builtin_convertvector(__builtin_convertvector(v, i32x32), u8x32), to + 4);
  }
}

ASSAY_INLINE void q5_1_fit(const lane_f x[32], const lane_f w[32], const float *const from[LANES],
                           size_t present, uint8_t *to) {
  const affine_search search = {Q5_1_LEVELS, -0.9f, 0.05f, 36};
  affine_fit fit;
  affine_fit_lanes(x, w, 32, search, &fit);
  for (size_t i = 0; i < present; i++, to += Q5_1_BYTES) {
    store_half(to, float_to_half(fit.scale[i]));
    store_half(to + 2, float_to_half(-fit.minimum[i]));
    f32x32 v = fit.inverse[i] * (LOAD(f32x32, from[i]) - fit.offset[i]);
    pack_five_bits(affine_quants32(v, Q5_1_LEVELS), to + 4);
  }
}

static void q5_1_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  if (importance)
    encode_weighted(values, importance, blocks, row_length, rows, Q5_1_BYTES, q5_1_fit);
  else
    q5_1_encode_plain(values, blocks, row_length * rows);
}

static void q5_1_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += Q5_1_BYTES, values += 32) {
    f32x32 q = __builtin_convertvector(unpack_five_bits(from + 4), f32x32);
    STORE(values, q * load_half(from) + load_half(from + 2));
  }
}
