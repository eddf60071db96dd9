// IQ2_XS: a half scale, 32 words of nine bits of point number and seven signs, then a nibble of
// scale per sub-block of 16.

enum { IQ2_XS_BYTES = 74, IQ2_XS_SCALES = 66 };

static void iq2_xs_read(const uint8_t *block, byte_block *to) {
  typedef uint16_t u16x4 __attribute__((ext_vector_type(4)));
  const float d = load_half(block);
  for (size_t j = 0; j < 8; j++) {
    const uint8_t nibbles = block[IQ2_XS_SCALES + j];
    u16x4 words = LOAD(u16x4, block + 2 + 8 * j), points = words & 511, signs = words >> 9;
    uint32_t sevens = signs.x | (uint32_t)signs.y << 7 | (uint32_t)signs.z << 14 |
                      (uint32_t)signs.w << 21;
    u8x32 magnitudes = POINTS4(assay_points_iq2_xs, points.x, points.y, points.z, points.w);
    read_signed32(to, 32 * j, magnitudes, even_signs(sevens),
                   d * (0.5f + (float)(nibbles & 15)) * 0.25f,
                   d * (0.5f + (float)(nibbles >> 4)) * 0.25f);
  }
}
BYTE_FORMAT(iq2_xs, 256, IQ2_XS_BYTES)

ASSAY_INLINE void iq2_xs_pack(const grid_batch *batch, size_t first, const uint8_t *scales,
                              uint8_t *block) {
  for (size_t i = 0; i < 32; i++) {
    const size_t j = first + i / 2, k = i % 2;
    STORE(block + 2 + 2 * i, (uint16_t)(batch->point[j][k] | batch->signs[j][k] << 9));
  }
  for (size_t j = 0; j < 8; j++)
    block[IQ2_XS_SCALES + j] = (uint8_t)(scales[2 * j] | scales[2 * j + 1] << 4);
}

static void iq2_xs_encode(const float *values, const float *importance, void *blocks,
                          size_t row_length, size_t rows) {
  const grid_search search = {
      .grid = ASSAY_GRID_IQ2_XS, .elements = 16, .dimensions = 8, .bits = 2, .highest = 2,
      .even_signs = 1, .variance = 1, .smallest = ALL_ZERO, .last = 9, .step = 0.1f,
      .fudge = 1};
  grid_encode(values, importance, blocks, row_length, rows, search, IQ2_XS_BYTES, iq2_xs_pack);
}
