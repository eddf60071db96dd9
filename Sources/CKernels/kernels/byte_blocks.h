// Formats whose quants fit into signed bytes, each 16 with a scale of their own. Such a format says how
// one block is read; its decoder and both ways to multiply follow.

/// The first `elements` of the format, and a scale for every 16 of them.
typedef struct byte_block {
  int8_t quants[256];
  float scale[16];
} byte_block;

typedef struct byte_format {
  size_t elements, bytes;
  void (*read)(const uint8_t *from, byte_block *block);
} byte_format;

ASSAY_INLINE void bytes_decode(const byte_format *format, const uint8_t *from, float *values,
                               size_t count) {
  for (; count >= format->elements; count -= format->elements, from += format->bytes) {
    byte_block block;
    format->read(from, &block);
    for (size_t j = 0; j < format->elements / 16; j++, values += 16)
      STORE(values,
            __builtin_convertvector(LOAD(i8x16, block.quants + 16 * j), f32x16) * block.scale[j]);
  }
}

/// Row by row into cache, and from there into lanes.
ASSAY_INLINE void bytes_open(const byte_format *format, const uint8_t *const *rows, size_t offset,
                             row_block *block) {
  byte_block each[16];
  const uint8_t *quants[16];
  for (size_t r = 0; r < 16; r++) {
    format->read(rows[r] + offset, &each[r]);
    quants[r] = (const uint8_t *)each[r].quants;
  }
  for (size_t byte = 0; byte < format->elements; byte += 32)
    row_words8(quants, byte, block->words + byte / 4);
  for (size_t j = 0; j < format->elements / 16; j++) {
    assay_v scale;
    ASSAY_UNROLL
    for (int r = 0; r < 16; r++) scale[r] = each[r].scale[j];
    block->scale[j] = scale;
  }
}
ASSAY_INLINE void bytes_four(const row_block *block, size_t index, assay_v v[4]) {
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++)
    v[e] = WORDS_TO_FLOAT((assay_iv)(block->words[index] << (24 - 8 * e)) >> 24) *
           block->scale[index / 4];
}

/// Defines what the codec of a format offers beside its encoder, from `format##_read`.
#define BYTE_FORMAT(format, elements, bytes)                                                      \
  static const byte_format format##_bytes = {elements, bytes, format##_read};                     \
  static void format##_decode(const void *blocks, float *values, size_t count) {                  \
    bytes_decode(&format##_bytes, blocks, values, count);                                         \
  }                                                                                               \
  ASSAY_INLINE void format##_open(const uint8_t *const *rows, size_t offset, row_block *block) {  \
    bytes_open(&format##_bytes, rows, offset, block);                                             \
  }                                                                                               \
  static const row_format format##_rows = {elements, bytes, format##_open, bytes_four};           \
  ROW_FUNCTIONS(format)
