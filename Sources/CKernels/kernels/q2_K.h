// Q2_K: 84 bytes for 256 elements: 16 bytes of scales (low nibbles) and minimums (high nibbles) of
// 16 elements each, bit pairs, and two halves that scale those.

ASSAY_INLINE void q2_K_pack_scales(const uint8_t *scale, const uint8_t *minimum, uint8_t *to) {
  STORE(to, LOAD(u8x16, scale) | LOAD(u8x16, minimum) << 4);
}
ASSAY_INLINE void q2_K_unpack_scales(const uint8_t *from, uint8_t *scale, uint8_t *minimum) {
  u8x16 both = LOAD(u8x16, from);
  STORE(scale, both & 15);
  STORE(minimum, both >> 4);
}

static const scale_min_format q2_K = {
    .block_bytes = 84, .parts = 16, .levels = 15, .highest = 255, .spread = 1,
    .plain = {3, -0.5f, 0.1f, 15, .absolute = 1}, .weighted = {3, -0.9f, 0.05f, 36},
    .scales = 0, .quants = 16, .d = 80,
    .pack_scales = q2_K_pack_scales, .unpack_scales = q2_K_unpack_scales,
    .pack = pack_bit_pairs, .unpack = unpack_bit_pairs,
};

static void q2_K_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  scale_min_encode(&q2_K, values, importance, blocks, row_length, rows);
}
static void q2_K_decode(const void *blocks, float *values, size_t count) {
  scale_min_decode(&q2_K, blocks, values, count);
}
