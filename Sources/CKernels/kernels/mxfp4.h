// MXFP4: a power of two (E8M0) and 32 nibbles, four-bit floats.

enum { MXFP4_BYTES = 17 };

/// The powers of two that nibbles count half of. ggml's exponent is that of the largest magnitude
/// less two; it wraps around for subnormals. It goes through log2f, which gives the next whole
/// number already a few units in the last place below a power of two: where the distance is less
/// than half a unit in the last place of the logarithm.
ASSAY_INLINE i32x16 mxfp4_exponents(f32x16 largest) {
  const i32x16 is_small = largest < 0x1p-126f;
  const i32x16 bits = __builtin_bit_cast(i32x16, is_small ? largest * 0x1p24f : largest);
  const i32x16 exponent = (bits >> 23) - 127 - (is_small & 24), next = exponent + 1;
  const i32x16 below = 0x800000 - (bits & 0x7fffff), size = next > 0 ? next - 1 : -next;
  // The binade that holds the floats just below `next` (none at 0), and ln 2 for the slope of the
  // logarithm.
  const f32x16 magnitude = __builtin_convertvector(size, f32x16);
  const f32x16 binade =
      __builtin_bit_cast(f32x16, __builtin_bit_cast(i32x16, magnitude) & 0x7f800000);
  const i32x16 is_next = __builtin_convertvector(below, f32x16) <= 0.693147f * binade;
  return largest == 0 ? (i32x16)0 : (exponent - is_next - 2 + 127) & 0xff;
}

ASSAY_INLINE float mxfp4_unit(uint8_t exponent) {
  const uint32_t bits = exponent < 2 ? 0x200000u << exponent : (uint32_t)(exponent - 1) << 23;
  return __builtin_bit_cast(float, bits);
}

static void mxfp4_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t left = row_length * rows / 32, present; left > 0; left -= present) {
    present = ASSAY_MIN(left, (size_t)GROUP);
    const i32x16 exponents = mxfp4_exponents(magnitudes_of_group(values, present));
    uint8_t exponent[GROUP];
    float inverse[GROUP];
    STORE(exponent, __builtin_convertvector(exponents, u8x16));
    STORE(inverse, __builtin_bit_cast(f32x16, (255 - exponents) << 23));
    for (size_t i = 0; i < present; i++, values += 32, to += MXFP4_BYTES) {
      prefetch_ahead(values);
      const f32x32 x = LOAD(f32x32, values);
      u8x16 nibbles;
      // Elsewhere the unit's inverse, or a difference from a level, is no float.
      if (__builtin_expect(exponent[i] >= 2 && exponent[i] <= 252, 1)) {
        const i32x16 low = fp4_scaled16(x.lo * inverse[i]), high = fp4_scaled16(x.hi * inverse[i]);
        nibbles = __builtin_convertvector(low | high << 4, u8x16);
      } else {
        const float unit = mxfp4_unit(exponent[i]);
        nibbles = fp4_least16(x.lo, unit) | fp4_least16(x.hi, unit) << 4;
      }
      to[0] = exponent[i];
      STORE(to + 1, nibbles);
    }
  }
}

static void mxfp4_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *from = blocks;
  for (; count >= 32; count -= 32, from += MXFP4_BYTES, values += 32)
    STORE(values, table_floats32(fp4_levels, unpack_nibbles(from + 1)) * mxfp4_unit(from[0]));
}

ASSAY_INLINE void mxfp4_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  assay_uv exponent;
  ASSAY_UNROLL
  for (int r = 0; r < 16; r++) exponent[r] = rows[r][offset];
  // As `mxfp4_unit`.
  const assay_uv small = (assay_uv)(exponent < 2);
  block->scale[0] = (assay_v)((small & 0x200000u << (exponent & 1)) | (~small & (exponent - 1) << 23));
  row_words4(rows, offset + 1, block->words);
}
ASSAY_INLINE void mxfp4_four(const row_block *block, size_t index, assay_v v[4]) {
  const assay_uv quants = block->words[index % 4] >> (uint32_t)(index / 4 * 4);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++) {
    const assay_uv level = quants >> 8 * e & 15;
    words_look_up(fp4_values, &level, &v[e]);
    v[e] = v[e] * block->scale[0];
  }
}
static const row_format mxfp4_rows = {32, MXFP4_BYTES, mxfp4_open, mxfp4_four};
ROW_FUNCTIONS(mxfp4)
