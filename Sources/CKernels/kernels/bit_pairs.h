// Two bits of each of 256 elements in 64 bytes: of each half's elements i, i + 32, i + 64, i + 96,
// from the bottom. As Q2_K and Q3_K store them.

ASSAY_INLINE void pack_bit_pairs(const u8x32 quants[8], uint8_t *to) {
  for (int half = 0; half < 2; half++) {
    const u8x32 *q = quants + 4 * half;
    STORE(to + 32 * half, (q[0] & 3) | (q[1] & 3) << 2 | (q[2] & 3) << 4 | q[3] << 6);
  }
}
ASSAY_INLINE void unpack_bit_pairs(const uint8_t *from, u8x32 quants[8]) {
  for (int half = 0; half < 2; half++) {
    u8x32 pairs = LOAD(u8x32, from + 32 * half);
    for (int j = 0; j < 4; j++) quants[4 * half + j] = pairs >> 2 * j & 3;
  }
}
