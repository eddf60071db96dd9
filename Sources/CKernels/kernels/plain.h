// F32, F16 and BF16: one element per block.

static void f32_decode(const void *blocks, float *values, size_t count) {
  __builtin_memcpy(values, blocks, 4 * count);
}
static void f32_encode(const float *values, const float *importance, void *blocks,
                       size_t row_length, size_t rows) {
  (void)importance;
  __builtin_memcpy(blocks, values, 4 * row_length * rows);
}

ASSAY_INLINE f32x16 bf16_to_float16(u16x16 bits) {
  return __builtin_bit_cast(f32x16, __builtin_convertvector(bits, u32x16) << 16);
}
/// Nearest even; subnormals stay, a NaN keeps its payload's top and becomes quiet.
ASSAY_INLINE u16x16 float_to_bf16_16(f32x16 value) {
  u32x16 bits = __builtin_bit_cast(u32x16, value);
  u32x16 quiet = bits >> 16 | 0x40;
  u32x16 nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return __builtin_convertvector((bits & 0x7fffffff) > 0x7f800000 ? quiet : nearest, u16x16);
}

// Whole groups of 16, then the rest through a padded group.
#define PLAIN_CODEC(name, decode16, encode16)                                          \
  static void name##_decode(const void *blocks, float *values, size_t count) {         \
    const uint8_t *from = blocks;                                                      \
    size_t i = 0;                                                                      \
    for (; i + 16 <= count; i += 16) STORE(values + i, decode16(LOAD(u16x16, from + 2 * i))); \
    if (i == count) return;                                                            \
    u16x16 rest = 0;                                                                   \
    __builtin_memcpy(&rest, from + 2 * i, 2 * (count - i));                            \
    f32x16 decoded = decode16(rest);                                                   \
    __builtin_memcpy(values + i, &decoded, 4 * (count - i));                           \
  }                                                                                    \
  static void name##_encode(const float *values, const float *importance, void *blocks, \
                            size_t row_length, size_t rows) {                          \
    (void)importance;                                                                  \
    uint8_t *to = blocks;                                                              \
    size_t count = row_length * rows, i = 0;                                           \
    for (; i + 16 <= count; i += 16) STORE(to + 2 * i, encode16(LOAD(f32x16, values + i))); \
    if (i == count) return;                                                            \
    f32x16 rest = 0;                                                                   \
    __builtin_memcpy(&rest, values + i, 4 * (count - i));                              \
    u16x16 encoded = encode16(rest);                                                   \
    __builtin_memcpy(to + 2 * i, &encoded, 2 * (count - i));                           \
  }

PLAIN_CODEC(f16, half_to_float16, float_to_half16)
PLAIN_CODEC(bf16, bf16_to_float16, float_to_bf16_16)
