// NVFP4: 36 bytes for 64 elements: four scales of eight bits (UE4M3) and 4 × 8 bytes of nibbles,
// four-bit floats, for 16 elements each.

enum { NVFP4_BYTES = 36 };
typedef uint8_t u8x8 __attribute__((ext_vector_type(8)));
typedef uint32_t u32x4 __attribute__((ext_vector_type(4)));

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

static void nvfp4_read(const uint8_t *from, byte_block *block) {
  for (size_t pair = 0; pair < 2; pair++) {
    const i8x32 found = table_bytes32(fp4_levels, unpack_nibbles(from + 4 + 16 * pair));
    STORE(block->quants + 32 * pair,
          __builtin_shufflevector(found, found, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
                                  23, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
  }
  // As `nvfp4_unit`.
  const u32x4 scale = __builtin_convertvector(LOAD(u8x4, from), u32x4), magnitude = scale & 0x7f;
  const f32x4 small = __builtin_convertvector(magnitude, f32x4) * 0x1p-10f;
  const f32x4 unit = __builtin_bit_cast(f32x4, (magnitude << 20) + (119u << 23));
  const f32x4 either = magnitude < 8 ? small : unit;
  const f32x4 zero = 0;
  STORE(block->scale, scale == 0x7f ? zero : either);
}
BYTE_FORMAT(nvfp4, 64, NVFP4_BYTES)
