// Weight rows in lanes: lane r holds row r, so a block of 16 rows is decoded element by element in
// the order in which the matrix multiplies, and no float is ever moved between lanes. What is
// transposed is the packed bytes, four to a word.
//
// A format says how to open a block of 16 rows and how to take four neighbours out of it, in the
// operations of its decoder; both ways to multiply follow.

typedef uint32_t assay_uv __attribute__((vector_size(64)));
typedef int32_t i32x4 __attribute__((ext_vector_type(4)));
typedef int32_t i32x8 __attribute__((ext_vector_type(8)));

/// One block of 16 rows. What lies where is the format's.
typedef struct row_block {
  assay_uv words[64];
  assay_v scale[16], minimum[16];
} row_block;

typedef struct row_format {
  size_t elements, bytes;
  /// Reads the block at `offset` of 16 rows.
  void (*open)(const uint8_t *const *rows, size_t offset, row_block *block);
  /// Elements 4 * index ... 4 * index + 3, in order.
  void (*four)(const row_block *block, size_t index, assay_v v[4]);
  /// Rows need not be whole blocks, which have at most 64 bytes.
  int any_length;
} row_format;

#define WORDS_INTERLEAVE(a, b, i, j, p, q)                                                        \
  __builtin_shufflevector(a, b, i, j, p, q, i + 4, j + 4, p + 4, q + 4, i + 8, j + 8, p + 8,      \
                          q + 8, i + 12, j + 12, p + 12, q + 12)
/// Four vectors hold four words of four rows in each of their quarters. Afterwards each holds one
/// of the words of all sixteen rows, or of the words that two rows' quarters have in common.
ASSAY_INLINE void words_transpose(const assay_uv row[4], assay_uv word[4]) {
  const assay_uv a = WORDS_INTERLEAVE(row[0], row[1], 0, 16, 1, 17);
  const assay_uv b = WORDS_INTERLEAVE(row[0], row[1], 2, 18, 3, 19);
  const assay_uv c = WORDS_INTERLEAVE(row[2], row[3], 0, 16, 1, 17);
  const assay_uv d = WORDS_INTERLEAVE(row[2], row[3], 2, 18, 3, 19);
  word[0] = WORDS_INTERLEAVE(a, c, 0, 1, 16, 17);
  word[1] = WORDS_INTERLEAVE(a, c, 2, 3, 18, 19);
  word[2] = WORDS_INTERLEAVE(b, d, 0, 1, 16, 17);
  word[3] = WORDS_INTERLEAVE(b, d, 2, 3, 18, 19);
}
#undef WORDS_INTERLEAVE

/// Four bytes at `offset` of 16 rows.
ASSAY_INLINE void row_word(const uint8_t *const *rows, size_t offset, assay_uv *to) {
  ASSAY_UNROLL
  for (int r = 0; r < 16; r++) (*to)[r] = LOAD(uint32_t, rows[r] + offset);
}

/// 16 bytes at `offset` of 16 rows, as four words in lanes.
ASSAY_INLINE void row_words4(const uint8_t *const *rows, size_t offset, assay_uv to[4]) {
  assay_uv four[4];
  ASSAY_UNROLL
  for (int r = 0; r < 4; r++) {
    const i32x4 a = LOAD(i32x4, rows[r] + offset), b = LOAD(i32x4, rows[r + 4] + offset);
    const i32x4 c = LOAD(i32x4, rows[r + 8] + offset), d = LOAD(i32x4, rows[r + 12] + offset);
    const i32x8 low = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
    const i32x8 high = __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7);
    four[r] = (assay_uv)__builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                                12, 13, 14, 15);
  }
  words_transpose(four, to);
}

/// 32 bytes at `offset` of 16 rows, as eight words in lanes.
ASSAY_INLINE void row_words8(const uint8_t *const *rows, size_t offset, assay_uv to[8]) {
  assay_uv half[2][4];
  ASSAY_UNROLL
  for (int g = 0; g < 2; g++) {
    assay_uv four[4];
    ASSAY_UNROLL
    for (int r = 0; r < 4; r++) {
      const i32x8 low = LOAD(i32x8, rows[8 * g + r] + offset);
      const i32x8 high = LOAD(i32x8, rows[8 * g + r + 4] + offset);
      four[r] = (assay_uv)__builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                                                  12, 13, 14, 15);
    }
    words_transpose(four, half[g]);
  }
  ASSAY_UNROLL
  for (int w = 0; w < 4; w++) {
    to[w] = __builtin_shufflevector(half[0][w], half[1][w], 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18,
                                    19, 24, 25, 26, 27);
    to[w + 4] = __builtin_shufflevector(half[0][w], half[1][w], 4, 5, 6, 7, 12, 13, 14, 15, 20,
                                        21, 22, 23, 28, 29, 30, 31);
  }
}

/// The halves in the low 16 bits of each lane.
ASSAY_INLINE void words_to_floats(const assay_uv *words, assay_v *to) {
  *to = (assay_v)half_to_float16(__builtin_convertvector((u32x16)*words, u16x16));
}

/// A half at `offset` of 16 rows.
ASSAY_INLINE void row_halves(const uint8_t *const *rows, size_t offset, assay_v *to) {
  u16x16 halves;
  ASSAY_UNROLL
  for (int r = 0; r < 16; r++) halves[r] = LOAD(uint16_t, rows[r] + offset);
  *to = (assay_v)half_to_float16(halves);
}

/// Two halves at `offset` of 16 rows: a scale and a minimum.
ASSAY_INLINE void row_scale_minimum(const uint8_t *const *rows, size_t offset, row_block *block) {
  assay_uv both;
  row_word(rows, offset, &both);
  const assay_uv above = both >> 16;
  words_to_floats(&both, &block->scale[0]);
  words_to_floats(&above, &block->minimum[0]);
}

/// Entries of a table by indices 0...15 in lanes.
ASSAY_INLINE void words_look_up(const float table[16], const assay_uv *index, assay_v *to) {
  ASSAY_UNROLL
  for (int i = 0; i < 16; i += WIDTH)
    STORE((float *)to + i, table16(table, LOAD(reg_i, (const int32_t *)index + i)));
}

#define WORDS_TO_FLOAT(words) __builtin_convertvector((assay_iv)(words), assay_v)

/// What is left of each row behind its last whole block, where a type allows that: a copy with zeros
/// behind it.
typedef struct row_rest {
  uint8_t bytes[16][64];
  const uint8_t *rows[16];
} row_rest;
ASSAY_INLINE void row_rest_copy(const uint8_t *const *rows, size_t offset, size_t bytes,
                                row_rest *rest) {
  for (size_t r = 0; r < 16; r++) {
    __builtin_memset(rest->bytes[r], 0, sizeof rest->bytes[r]);
    __builtin_memcpy(rest->bytes[r], rows[r] + offset, bytes);
    rest->rows[r] = rest->bytes[r];
  }
}

/// Panel [k][32]: as `pack` in numeric.h.
ASSAY_INLINE void row_panel(const row_format *format, const void *const *rows, size_t count,
                            size_t k, float *panel) {
  const uint8_t *all[ASSAY_PANEL];
  for (size_t r = 0; r < ASSAY_PANEL; r++) all[r] = rows[r < count ? r : 0];
  const size_t whole = k - k % format->elements;
  for (size_t half = 0; half < ASSAY_PANEL; half += 16) {
    float *to = panel + half;
    size_t offset = 0;
    row_block block;
    for (size_t i = 0; i < whole; i += format->elements, offset += format->bytes) {
      format->open(all + half, offset, &block);
      for (size_t index = 0; index < format->elements / 4; index++, to += 4 * ASSAY_PANEL) {
        assay_v v[4];
        format->four(&block, index, v);
        ASSAY_UNROLL
        for (int e = 0; e < 4; e++) ASSAY_STORE(to + e * ASSAY_PANEL, v[e]);
      }
    }
    if (format->any_length && whole < k) {
      row_rest rest;
      row_rest_copy(all + half, offset, (k - whole) * format->bytes / format->elements, &rest);
      format->open(rest.rows, 0, &block);
      for (size_t e = 0; e < k - whole; e++, to += ASSAY_PANEL) {
        assay_v v[4];
        format->four(&block, e / 4, v);
        ASSAY_STORE(to, v[e % 4]);
      }
    }
  }
  for (size_t r = count; r < ASSAY_PANEL; r++)
    for (size_t i = 0; i < k; i++) panel[i * ASSAY_PANEL + r] = 0;
}
