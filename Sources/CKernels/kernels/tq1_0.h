// TQ1_0: 54 bytes for 256 elements: five to a byte in 48 bytes, four to a byte in 4, and a half scale
// behind them. A byte holds base-three digits as a fraction: the first digit is the integer part of
// byte·3/256, and multiplying by three moves the next one there.

enum { TQ1_0_BYTES = 54, TQ1_0_D = 52 };

// Byte i of n takes elements i, i + n, i + 2n and so on; digits that are missing are zero.
#define TQ1_0_BYTES_OF(n, digits)                                                             \
  ASSAY_INLINE void tq1_0_pack##n(const uint8_t *quants, uint8_t *to) {                       \
    typedef uint16_t wide __attribute__((ext_vector_type(n)));                                \
    u8x##n number = 0;                                                                        \
    for (int i = 0; i < 5; i++)                                                               \
      number = number * 3 + (i < digits ? LOAD(u8x##n, quants + n * i) : (u8x##n)0);          \
    wide fraction = (__builtin_convertvector(number, wide) * 256 + 242) / 243;                \
    STORE(to, __builtin_convertvector(fraction, u8x##n));                                     \
  }                                                                                           \
  ASSAY_INLINE void tq1_0_unpack##n(const uint8_t *from, uint8_t *quants) {                   \
    u8x##n fraction = LOAD(u8x##n, from);                                                     \
    for (int i = 0; i < digits; i++, fraction *= 3)                                           \
      STORE(quants + n * i, __builtin_bit_cast(u8x##n, -((fraction > 85) + (fraction > 170)))); \
  }
TQ1_0_BYTES_OF(32, 5)
TQ1_0_BYTES_OF(16, 5)
TQ1_0_BYTES_OF(4, 4)

static void tq1_0_encode(const float *values, const float *importance, void *blocks,
                         size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t count = row_length * rows; count >= 256;
       count -= 256, values += 256, to += TQ1_0_BYTES) {
    const float d = largest_magnitude(values, 256);
    uint8_t quants[256];
    ternary_quants(values, 256, d, 1, quants);
    tq1_0_pack32(quants, to);
    tq1_0_pack16(quants + 160, to + 32);
    tq1_0_pack4(quants + 240, to + 48);
    store_half(to + TQ1_0_D, float_to_half(d));
  }
}

static void tq1_0_read(const uint8_t *from, byte_block *block) {
  uint8_t quants[256];
  tq1_0_unpack32(from, quants);
  tq1_0_unpack16(from + 32, quants + 160);
  tq1_0_unpack4(from + 48, quants + 240);
  for (size_t i = 0; i < 256; i += 32)
    read_ternary32(block, i, LOAD(u8x32, quants + i), load_half(from + TQ1_0_D));
}
BYTE_FORMAT(tq1_0, 256, TQ1_0_BYTES)
