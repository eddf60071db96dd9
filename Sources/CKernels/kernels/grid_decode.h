// What reading the IQ formats shares: 32 elements from points of a grid, and their signs.

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

/// The 32 elements from `first` on: bit i of `signs` turns element i; the halves have a scale each.
ASSAY_INLINE void read_signed32(byte_block *block, size_t first, u8x32 magnitudes, uint32_t signs,
                                float low, float high) {
  u8x4 bytes = __builtin_bit_cast(u8x4, signs);
  u8x32 bits = __builtin_shufflevector(bytes, bytes, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
                                       2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
  const u8x32 one = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128,
                     1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  i8x32 turned = __builtin_bit_cast(i8x32, (bits & one) == one);
  STORE(block->quants + first, (__builtin_bit_cast(i8x32, magnitudes) ^ turned) - turned);
  block->scale[first / 16] = low;
  block->scale[first / 16 + 1] = high;
}

/// The 16 elements from `first` on: two points of digits -1, 0 and 1, an eighth up each or down where
/// `down` says so. Counted in eighths, they and their scale are exact.
ASSAY_INLINE void read_shifted16(byte_block *block, size_t first, uint64_t a, uint64_t b,
                                 int down_a, int down_b, float scale) {
  i8x16 shift;
  shift.lo = (int8_t)(down_a ? -1 : 1);
  shift.hi = (int8_t)(down_b ? -1 : 1);
  STORE(block->quants + first, __builtin_bit_cast(i8x16, (u64x2){a, b}) * 8 + shift);
  block->scale[first / 16] = scale * 0.125f;
}
