// IQ2_XXS: a half scale, then per sub-block of 32 a word of four point numbers and a word of four
// times seven signs below four bits of scale.

enum { IQ2_XXS_BYTES = 66 };

static void iq2_xxs_read(const uint8_t *block, byte_block *to) {
  const float d = load_half(block);
  for (size_t j = 0; j < 8; j++) {
    const uint8_t *points = block + 2 + 8 * j;
    uint32_t word = LOAD(uint32_t, points + 4);
    float scale = d * (0.5f + (float)(word >> 28)) * 0.25f;
    u8x32 magnitudes =
        POINTS4(assay_points_iq2_xxs, points[0], points[1], points[2], points[3]);
    read_signed32(to, 32 * j, magnitudes, even_signs(word), scale, scale);
  }
}
BYTE_FORMAT(iq2_xxs, 256, IQ2_XXS_BYTES)

ASSAY_INLINE void iq2_xxs_pack(const grid_batch *batch, size_t first, const uint8_t *scales,
                               uint8_t *block) {
  for (size_t j = 0; j < 8; j++) {
    const uint8_t *signs = batch->signs[first + j];
    for (int k = 0; k < 4; k++) block[2 + 8 * j + k] = (uint8_t)batch->point[first + j][k];
    STORE(block + 6 + 8 * j, signs[0] | (uint32_t)signs[1] << 7 | (uint32_t)signs[2] << 14 |
                                 (uint32_t)signs[3] << 21 | (uint32_t)scales[j] << 28);
  }
}

static void iq2_xxs_encode(const float *values, const float *importance, void *blocks,
                           size_t row_length, size_t rows) {
  const grid_search search = {
      .grid = ASSAY_GRID_IQ2_XXS, .elements = 32, .dimensions = 8, .bits = 2, .highest = 2,
      .even_signs = 1, .variance = 1, .smallest = ALL_ZERO, .from_fit = 1, .last = 6,
      .step = 0.1f, .again_all = 1, .fudge = 1};
  grid_encode(values, importance, blocks, row_length, rows, search, IQ2_XXS_BYTES, iq2_xxs_pack);
}
