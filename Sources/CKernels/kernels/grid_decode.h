// What the decoders of the IQ formats share: 32 elements from points of a grid, and their signs.

/// Four points of eight digits, or eight points of four.
#define POINTS4(points, a, b, c, d) \
  __builtin_bit_cast(u8x32, (u64x4){(points)[a], (points)[b], (points)[c], (points)[d]})
#define POINTS8(points, a, b, c, d, e, f, g, h)                                            \
  __builtin_bit_cast(u8x32, (u32x8){(points)[a], (points)[b], (points)[c], (points)[d],    \
                                    (points)[e], (points)[f], (points)[g], (points)[h]})

/// The eighth sign of a group of eight makes the number of minus signs even: four sevens of bits
/// become 32.
ASSAY_INLINE uint32_t even_signs(uint32_t sevens) {
  uint32_t signs = (sevens & 0x7f) | (sevens & 0x3f80) << 1 | (sevens & 0x1fc000) << 2 |
                   (sevens & 0xfe00000) << 3;
  uint32_t parity = signs ^ (signs >> 4 & 0x07070707);
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  return signs | (parity & 0x01010101) << 7;
}

/// Bit i of `signs` turns element i; the halves have a scale each.
ASSAY_INLINE void store_signed32(float *to, u8x32 magnitudes, uint32_t signs, float first,
                                 float second) {
  typedef uint8_t u8x4 __attribute__((ext_vector_type(4)));
  u8x4 bytes = __builtin_bit_cast(u8x4, signs);
  u8x32 bits = __builtin_shufflevector(bytes, bytes, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
                                       2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const u8x32 one = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128,
                     1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  i8x32 turned = __builtin_bit_cast(i8x32, (bits & one) == one);
  i8x32 values = (__builtin_bit_cast(i8x32, magnitudes) ^ turned) - turned;
  STORE(to, __builtin_convertvector(values.lo, f32x16) * first);
  STORE(to + 16, __builtin_convertvector(values.hi, f32x16) * second);
}

/// Two points of digits -1, 0 and 1 that are shifted by a delta each.
ASSAY_INLINE void store_shifted16(float *to, uint64_t a, uint64_t b, float shift_a, float shift_b,
                                  float scale) {
  i8x16 digits = __builtin_bit_cast(i8x16, (u64x2){a, b});
  f32x16 shift;
  shift.lo = shift_a;
  shift.hi = shift_b;
  STORE(to, (__builtin_convertvector(digits, f32x16) + shift) * scale);
}
