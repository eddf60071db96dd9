// Q8_K: a float scale, 256 signed bytes and the sums of every 16 of them.

enum { Q8_K_BYTES = 292, Q8_K_QUANTS = 4, Q8_K_SUMS = 260 };

static void q8_K_encode(const float *values, const float *importance, void *blocks,
                        size_t row_length, size_t rows) {
  (void)importance;  // ggml's has no use for it
  uint8_t *block = blocks;
  for (size_t count = row_length * rows; count >= 256;
       count -= 256, values += 256, block += Q8_K_BYTES) {
    const float extreme = extreme_of(values, 8);
    if (extreme == 0) {
      __builtin_memset(block, 0, Q8_K_BYTES);
      continue;
    }
    // Where the inverse overflows, the bytes keep the low bits of what rounding gives: zero.
    const float inverse = -127.0f / extreme;
    STORE(block, 1.0f / inverse);
    for (int j = 0; j < 16; j++) {
      i32x16 q = NEAREST_INT(i32x16, inverse * LOAD(f32x16, values + 16 * j));
      i8x16 bytes = __builtin_convertvector(q < 127 ? q : (i32x16)127, i8x16);
      STORE(block + Q8_K_QUANTS + 16 * j, bytes);
      int16_t sum = (int16_t)__builtin_reduce_add(__builtin_convertvector(bytes, i32x16));
      STORE(block + Q8_K_SUMS + 2 * j, sum);
    }
  }
}

static void q8_K_decode(const void *blocks, float *values, size_t count) {
  const uint8_t *block = blocks;
  for (; count >= 256; count -= 256, block += Q8_K_BYTES, values += 256) {
    const float d = LOAD(float, block);
    for (int j = 0; j < 8; j++) {
      i8x32 q = LOAD(i8x32, block + Q8_K_QUANTS + 32 * j);
      STORE(values + 32 * j, __builtin_convertvector(q, f32x32) * d);
    }
  }
}
