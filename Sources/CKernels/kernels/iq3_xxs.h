// IQ3_XXS: a half scale, 64 point numbers, then per sub-block of 32 a word of four times seven signs
// below four bits of scale.

enum { IQ3_XXS_BYTES = 98, IQ3_XXS_WORDS = 66 };

static void iq3_xxs_read(const uint8_t *block, byte_block *to) {
  const float d = load_half(block);
  for (size_t j = 0; j < 8; j++) {
    const uint8_t *p = block + 2 + 8 * j;
    uint32_t word = LOAD(uint32_t, block + IQ3_XXS_WORDS + 4 * j);
    float scale = d * (0.5f + (float)(word >> 28)) * 0.5f;
    u8x32 magnitudes =
        POINTS8(assay_points_iq3_xxs, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
    read_signed32(to, 32 * j, magnitudes, even_signs(word), scale, scale);
  }
}
BYTE_FORMAT(iq3_xxs, 256, IQ3_XXS_BYTES)

ASSAY_INLINE void iq3_xxs_pack(const grid_batch *batch, size_t first, const uint8_t *scales,
                               uint8_t *block) {
  for (size_t j = 0; j < 8; j++) {
    const uint8_t *signs = batch->signs[first + j];
    for (int k = 0; k < 8; k++) block[2 + 8 * j + k] = (uint8_t)batch->point[first + j][k];
    STORE(block + IQ3_XXS_WORDS + 4 * j,
          signs[0] | (uint32_t)signs[1] << 7 | (uint32_t)signs[2] << 14 |
              (uint32_t)signs[3] << 21 | (uint32_t)scales[j] << 28);
  }
}

static void iq3_xxs_encode(const float *values, const float *importance, void *blocks,
                           size_t row_length, size_t rows) {
  const grid_search search = {
      .grid = ASSAY_GRID_IQ3_XXS, .elements = 32, .dimensions = 4, .bits = 3, .highest = 7,
      .even_signs = 1, .variance = 2, .smallest = 1e-8f, .last = 15, .step = 0.2f,
      .fudge = 1.0125f};
  if (importance)
    grid_encode(values, importance, blocks, row_length, rows, search, IQ3_XXS_BYTES, iq3_xxs_pack);
  else
    grid_encode(values, NULL, blocks, row_length, rows, search, IQ3_XXS_BYTES, iq3_xxs_pack);
}
