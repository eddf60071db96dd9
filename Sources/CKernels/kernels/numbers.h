// F64 and the integers, which are only read: each value becomes the nearest float, ties to even.

#define NUMBER_DECODER(name, type)                                              \
  static void name##_decode(const void *blocks, float *values, size_t count) {  \
    const uint8_t *from = blocks;                                               \
    for (size_t i = 0; i < count; i++)                                          \
      values[i] = (float)LOAD(type, from + sizeof(type) * i);                   \
  }
NUMBER_DECODER(f64, double)
NUMBER_DECODER(i8, int8_t)
NUMBER_DECODER(i16, int16_t)
NUMBER_DECODER(i32, int32_t)
NUMBER_DECODER(i64, int64_t)
