// IQ3_S: a half scale, 64 low bytes of point numbers, their ninth bits, 32 bytes of signs, then a
// nibble of scale per sub-block of 32.

enum { IQ3_S_BYTES = 110, IQ3_S_HIGH = 66, IQ3_S_SIGNS = 74, IQ3_S_SCALES = 106 };

static void iq3_s_read(const uint8_t *block, byte_block *to) {
  const float d = load_half(block);
  for (size_t j = 0; j < 8; j++) {
    const uint8_t *p = block + 2 + 8 * j;
    const uint32_t high = block[IQ3_S_HIGH + j];
    const int nibble = block[IQ3_S_SCALES + j / 2] >> (j % 2 * 4) & 15;
    const float scale = d * (float)(1 + 2 * nibble);
    u8x32 magnitudes = POINTS8(
        assay_points_iq3_s, p[0] | (high << 8 & 256), p[1] | (high << 7 & 256),
        p[2] | (high << 6 & 256), p[3] | (high << 5 & 256), p[4] | (high << 4 & 256),
        p[5] | (high << 3 & 256), p[6] | (high << 2 & 256), p[7] | (high << 1 & 256));
    read_signed32(to, 32 * j, magnitudes, LOAD(uint32_t, block + IQ3_S_SIGNS + 4 * j), scale, scale);
  }
}
BYTE_FORMAT(iq3_s, 256, IQ3_S_BYTES)

/// As ggml does, an all-zero sub-block takes no room among points and signs: those of the later ones
/// move up, away from the scales and ninth bits that belong to them.
ASSAY_INLINE void iq3_s_pack(const grid_batch *batch, size_t first, const uint8_t *scales,
                             uint8_t *block) {
  __builtin_memset(block + 2, 0, IQ3_S_SCALES - 2);
  size_t place = 0;
  for (size_t j = 0; j < 8; j++) {
    if (batch->empty[first + j]) continue;
    for (int k = 0; k < 8; k++) {
      const uint16_t point = batch->point[first + j][k];
      block[2 + 8 * place + (size_t)k] = (uint8_t)point;
      block[IQ3_S_HIGH + j] |= (uint8_t)(point >> 8 << k);
    }
    __builtin_memcpy(block + IQ3_S_SIGNS + 4 * place, batch->signs[first + j], 4);
    place++;
  }
  for (size_t j = 0; j < 4; j++)
    block[IQ3_S_SCALES + j] = (uint8_t)(scales[2 * j] | scales[2 * j + 1] << 4);
}

static void iq3_s_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  const grid_search search = {
      .grid = ASSAY_GRID_IQ3_S, .elements = 32, .dimensions = 4, .bits = 3, .highest = 7,
      .variance = 2, .smallest = 0x1p-149f, .last = 9, .step = 0.2f, .again_all = 1,
      .again_always = 1, .fudge = 1.033f, .keeps_points = 1};
  if (importance)
    grid_encode(values, importance, blocks, row_length, rows, search, IQ3_S_BYTES, iq3_s_pack);
  else
    grid_encode(values, NULL, blocks, row_length, rows, search, IQ3_S_BYTES, iq3_s_pack);
}
