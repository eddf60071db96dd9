// IEEE half precision, 16 values at a time and one by one. Rounds to nearest even; a NaN becomes
// the quiet NaN of its sign, as in ggml, whatever its payload.

#if ASSAY_HALF
typedef _Float16 f16x16 __attribute__((ext_vector_type(16)));

ASSAY_INLINE f32x16 half_to_float16(u16x16 half) {
  return __builtin_convertvector(__builtin_bit_cast(f16x16, half), f32x16);
}
ASSAY_INLINE u16x16 float_to_half16(f32x16 value) {
  u16x16 half = __builtin_bit_cast(u16x16, __builtin_convertvector(value, f16x16));
  u16x16 quiet = (half & 0x8000) | 0x7e00;
  return (half & 0x7fff) > 0x7c00 ? quiet : half;
}
ASSAY_INLINE float half_to_float(uint16_t half) {
  return (float)__builtin_bit_cast(_Float16, half);
}
ASSAY_INLINE uint16_t float_to_half(float value) {
  uint16_t half = __builtin_bit_cast(uint16_t, (_Float16)value);
  return (half & 0x7fff) > 0x7c00 ? (half & 0x8000) | 0x7e00 : half;
}
#else
// The same in integer arithmetic, with every case computed and one selected.
ASSAY_INLINE f32x16 half_to_float16(u16x16 half) {
  u32x16 bits = __builtin_convertvector(half, u32x16);
  u32x16 magnitude = bits & 0x7fff, shifted = magnitude << 13;
  u32x16 quiet = magnitude > 0x7c00 ? (u32x16)0x400000 : (u32x16)0;
  f32x16 units = __builtin_convertvector(__builtin_bit_cast(i32x16, magnitude), f32x16);
  u32x16 subnormal = __builtin_bit_cast(u32x16, units * 0x1p-24f);
  u32x16 result = magnitude < 0x400    ? subnormal
                  : magnitude < 0x7c00 ? shifted + 0x38000000
                                       : (shifted | 0x7f800000 | quiet);
  return __builtin_bit_cast(f32x16, result | (bits & 0x8000) << 16);
}
ASSAY_INLINE u16x16 float_to_half16(f32x16 value) {
  u32x16 bits = __builtin_bit_cast(u32x16, value), magnitude = bits & 0x7fffffff;
  // The last place of 0.5 is 2^-24, the unit of half's subnormals.
  u32x16 small = magnitude < 0x38800000 ? magnitude : (u32x16)0;
  u32x16 subnormal =
      __builtin_bit_cast(u32x16, __builtin_bit_cast(f32x16, small) + 0.5f) - 0x3f000000;
  u32x16 normal = (magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000) >> 13;
  u32x16 result = magnitude > 0x7f800000    ? (u32x16)0x7e00
                  : magnitude >= 0x477ff000 ? (u32x16)0x7c00
                  : magnitude < 0x38800000  ? subnormal
                                            : normal;
  return __builtin_convertvector(result | (bits >> 16 & 0x8000), u16x16);
}
ASSAY_INLINE float half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7fff;
  uint32_t shifted = magnitude << 13, result;
  if (magnitude < 0x400)
    result = __builtin_bit_cast(uint32_t, (float)magnitude * 0x1p-24f);
  else if (magnitude < 0x7c00)
    result = shifted + 0x38000000;
  else
    result = shifted | 0x7f800000 | (magnitude > 0x7c00 ? 0x400000 : 0);
  return __builtin_bit_cast(float, result | sign);
}
ASSAY_INLINE uint16_t float_to_half(float value) {
  uint32_t bits = __builtin_bit_cast(uint32_t, value), magnitude = bits & 0x7fffffff, result;
  if (magnitude > 0x7f800000)
    result = 0x7e00;
  else if (magnitude >= 0x477ff000)
    result = 0x7c00;
  else if (magnitude < 0x38800000)
    result = __builtin_bit_cast(uint32_t, __builtin_bit_cast(float, magnitude) + 0.5f) - 0x3f000000;
  else
    result = (magnitude + 0xfff + (magnitude >> 13 & 1) - 0x38000000) >> 13;
  return (uint16_t)(result | (bits >> 16 & 0x8000));
}
#endif

/// A half in a block: little-endian, at any address.
ASSAY_INLINE float load_half(const uint8_t *at) {
  return half_to_float((uint16_t)(at[0] | at[1] << 8));
}
ASSAY_INLINE void store_half(uint8_t *at, uint16_t half) {
  at[0] = (uint8_t)half;
  at[1] = (uint8_t)(half >> 8);
}
