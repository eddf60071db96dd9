// NVFP4: 36 bytes for 64 elements: four scales of eight bits (UE4M3) and 4 × 8 bytes of nibbles,
// four-bit floats, for 16 elements each.

enum { NVFP4_BYTES = 36 };
typedef uint8_t u8x8 __attribute__((ext_vector_type(8)));

/// Four bits of exponent, three of mantissa, no sign: nearest, halves up. As in ggml, whatever would
/// have the last exponent (256 and more) becomes 448, the largest.
ASSAY_INLINE uint8_t float_to_ue4m3(float x) {
  x = ASSAY_MIN(x, 448.0f);
  if (x < 0x1p-6f) {
    const int units = (int)(x * 512.0f + 0.5f);
    return (uint8_t)ASSAY_MIN(units, 7);
  }
  const uint32_t bits = __builtin_bit_cast(uint32_t, x);
  const uint32_t nearest = (bits >> 20) - (120 << 3) + (bits >> 19 & 1);
  return nearest < 15 << 3 ? (uint8_t)nearest : 0x7e;
}

/// Half of a scale, since nibbles count half units. The top bit means nothing, 0x7f zero.
ASSAY_INLINE float nvfp4_unit(uint8_t scale) {
  if (scale == 0x7f) return 0;
  const uint32_t magnitude = scale & 0x7f;
  if (magnitude < 8) return (float)(int)magnitude * 0x1p-10f;
  return __builtin_bit_cast(float, (magnitude << 20) + (119u << 23));
}

static void nvfp4_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t count = row_length * rows; count >= 64; count -= 64, to += NVFP4_BYTES) {
    for (int part = 0; part < 4; part++, values += 16) {
      const f32x16 x = LOAD(f32x16, values);
      const float largest = largest16(ABS(x));
      to[part] = float_to_ue4m3(largest / 6.0f);
      const float unit = nvfp4_unit(to[part]);
      const int far = __builtin_expect(largest > 0x1p20f * unit, 0);
      const u8x16 quants = far ? fp4_least16(x, unit) : fp4_nearest16(x, unit);
      STORE(to + 4 + 8 * part, quants.lo | quants.hi << 4);
    }
  }
}

static void nvfp4_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 64; count -= 64, from += NVFP4_BYTES)
    for (int pair = 0; pair < 2; pair++, values += 32) {
      const u8x16 both = LOAD(u8x16, from + 4 + 16 * pair), low = both & 15, high = both >> 4;
      u8x32 nibbles;
      nibbles.lo = __builtin_shufflevector(low.lo, high.lo, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                           12, 13, 14, 15);
      nibbles.hi = __builtin_shufflevector(low.hi, high.hi, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                           12, 13, 14, 15);
      f32x32 x = table_floats32(fp4_levels, nibbles);
      x.lo *= nvfp4_unit(from[2 * pair]);
      x.hi *= nvfp4_unit(from[2 * pair + 1]);
      STORE(values, x);
    }
}
