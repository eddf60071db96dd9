// IQ2_S: a half scale, 32 low bytes of point numbers, 32 bytes of signs, the numbers' two high bits
// (a byte per 32 elements), then a nibble of scale per sub-block of 16.

enum { IQ2_S_BYTES = 82, IQ2_S_SIGNS = 34, IQ2_S_HIGH = 66, IQ2_S_SCALES = 74 };

static void iq2_s_read(const uint8_t *block, byte_block *to) {
  const float d = load_half(block);
  for (size_t j = 0; j < 8; j++) {
    const uint8_t *low = block + 2 + 4 * j, nibbles = block[IQ2_S_SCALES + j];
    const uint32_t high = block[IQ2_S_HIGH + j];
    u8x32 magnitudes =
        POINTS4(assay_points_iq2_s, low[0] | (high << 8 & 0x300), low[1] | (high << 6 & 0x300),
                low[2] | (high << 4 & 0x300), low[3] | (high << 2 & 0x300));
    read_signed32(to, 32 * j, magnitudes, LOAD(uint32_t, block + IQ2_S_SIGNS + 4 * j),
                   d * (0.5f + (float)(nibbles & 15)) * 0.25f,
                   d * (0.5f + (float)(nibbles >> 4)) * 0.25f);
  }
}
BYTE_FORMAT(iq2_s, 256, IQ2_S_BYTES)

ASSAY_INLINE void iq2_s_pack(const grid_batch *batch, size_t first, const uint8_t *scales,
                             uint8_t *block) {
  __builtin_memset(block + IQ2_S_HIGH, 0, 8);
  for (size_t i = 0; i < 32; i++) {
    const uint16_t point = batch->point[first + i / 2][i % 2];
    block[2 + i] = (uint8_t)point;
    block[IQ2_S_SIGNS + i] = batch->signs[first + i / 2][i % 2];
    block[IQ2_S_HIGH + i / 4] |= (uint8_t)(point >> 8 << 2 * (i % 4));
  }
  for (size_t j = 0; j < 8; j++)
    block[IQ2_S_SCALES + j] = (uint8_t)(scales[2 * j] | scales[2 * j + 1] << 4);
}

static void iq2_s_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  const grid_search search = {
      .grid = ASSAY_GRID_IQ2_S, .elements = 16, .dimensions = 8, .bits = 2, .highest = 2,
      .variance = 2, .plain_variance = 0.25f, .smallest = 1e-8f, .last = 9, .step = 0.1f,
      .fudge = 0.9875f, .keeps_points = 1};
  if (importance)
    grid_encode(values, importance, blocks, row_length, rows, search, IQ2_S_BYTES, iq2_s_pack);
  else
    grid_encode(values, NULL, blocks, row_length, rows, search, IQ2_S_BYTES, iq2_s_pack);
}
