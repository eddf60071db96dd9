// Q2_0: a half scale and 64 quants of two bits, four consecutive elements to a byte.

enum { Q2_0_BYTES = 18 };
typedef uint8_t u8x64 __attribute__((ext_vector_type(64)));

static void q2_0_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *to = blocks;
  for (size_t count = row_length * rows; count >= 64; count -= 64, values += 64, to += Q2_0_BYTES) {
    const float d = largest_magnitude(values, 64);
    uint8_t quants[64];
    ternary_quants(values, 64, d, 0, quants);
    const u32x16 q = LOAD(u32x16, quants);
    store_half(to, float_to_half(d));
    STORE(to + 2, __builtin_convertvector(q | q >> 6 | q >> 12 | q >> 18, u8x16));
  }
}

static void q2_0_read(const uint8_t *from, byte_block *block) {
  const u32x16 bytes = __builtin_convertvector(LOAD(u8x16, from + 2), u32x16);
  const u32x16 spread = (bytes | bytes << 6 | bytes << 12 | bytes << 18) & 0x03030303;
  const u8x64 quants = __builtin_bit_cast(u8x64, spread);
  read_ternary32(block, 0, quants.lo, load_half(from));
  read_ternary32(block, 32, quants.hi, load_half(from));
}
BYTE_FORMAT(q2_0, 64, Q2_0_BYTES)
