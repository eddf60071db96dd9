// Weight rows into panels of [k][32], the order in which the matrix tile reads them.

/// Transposes 16 rows of 16. Two stages work inside 128-bit lanes and two move whole lanes, which
/// is one cheap instruction each on every instruction set.
ASSAY_INLINE void assay_transpose(assay_v row[16]) {
#define INTERLEAVE(a, b, i, j, p, q)                                                            \
  __builtin_shufflevector(a, b, i, j, p, q, i + 4, j + 4, p + 4, q + 4, i + 8, j + 8, p + 8,    \
                          q + 8, i + 12, j + 12, p + 12, q + 12)
#define QUARTER(l) 4 * (l), 4 * (l) + 1, 4 * (l) + 2, 4 * (l) + 3
#define QUARTERS(a, b, i, j, p, q) \
  __builtin_shufflevector(a, b, QUARTER(i), QUARTER(j), QUARTER(p), QUARTER(q))
  assay_v pairs[16], quads[16];
  ASSAY_UNROLL
  for (int i = 0; i < 16; i += 2) {
    pairs[i] = INTERLEAVE(row[i], row[i + 1], 0, 16, 1, 17);
    pairs[i + 1] = INTERLEAVE(row[i], row[i + 1], 2, 18, 3, 19);
  }
  // quads[g + j], lane l: column 4l + j of rows g...g+3.
  ASSAY_UNROLL
  for (int g = 0; g < 16; g += 4) {
    quads[g] = INTERLEAVE(pairs[g], pairs[g + 2], 0, 1, 16, 17);
    quads[g + 1] = INTERLEAVE(pairs[g], pairs[g + 2], 2, 3, 18, 19);
    quads[g + 2] = INTERLEAVE(pairs[g + 1], pairs[g + 3], 0, 1, 16, 17);
    quads[g + 3] = INTERLEAVE(pairs[g + 1], pairs[g + 3], 2, 3, 18, 19);
  }
  ASSAY_UNROLL
  for (int j = 0; j < 4; j++) {
    const assay_v low01 = QUARTERS(quads[j], quads[j + 4], 0, 1, 4, 5);
    const assay_v high01 = QUARTERS(quads[j], quads[j + 4], 2, 3, 6, 7);
    const assay_v low23 = QUARTERS(quads[j + 8], quads[j + 12], 0, 1, 4, 5);
    const assay_v high23 = QUARTERS(quads[j + 8], quads[j + 12], 2, 3, 6, 7);
    row[j] = QUARTERS(low01, low23, 0, 2, 4, 6);
    row[j + 4] = QUARTERS(low01, low23, 1, 3, 5, 7);
    row[j + 8] = QUARTERS(high01, high23, 0, 2, 4, 6);
    row[j + 12] = QUARTERS(high01, high23, 1, 3, 5, 7);
  }
#undef INTERLEAVE
#undef QUARTER
#undef QUARTERS
}

/// 64 bytes of 16 rows, as 16 words in lanes.
ASSAY_INLINE void plain_open(const uint8_t *const *rows, size_t offset, row_block *block) {
  assay_v v[16];
  ASSAY_UNROLL
  for (int r = 0; r < 16; r++) v[r] = *(const assay_vb *)(rows[r] + offset);
  assay_transpose(v);
  ASSAY_UNROLL
  for (int w = 0; w < 16; w++) block->words[w] = (assay_uv)v[w];
}
ASSAY_INLINE void f32_four(const row_block *block, size_t index, assay_v v[4]) {
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++) v[e] = (assay_v)block->words[4 * index + (size_t)e];
}
// Two neighbours travelled as one: half the moves.
ASSAY_INLINE void f16_four(const row_block *block, size_t index, assay_v v[4]) {
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++) {
    const assay_uv half = block->words[2 * index + (size_t)e / 2] >> (uint32_t)(e % 2 * 16);
    words_to_floats(&half, &v[e]);
  }
}
ASSAY_INLINE void bf16_four(const row_block *block, size_t index, assay_v v[4]) {
  ASSAY_UNROLL
  for (int e = 0; e < 4; e += 2) {
    const assay_uv both = block->words[2 * index + (size_t)e / 2];
    v[e] = (assay_v)(both << 16);
    v[e + 1] = (assay_v)(both & 0xffff0000);
  }
}
static const row_format f32_rows = {16, 64, plain_open, f32_four, .any_length = 1};
static const row_format f16_rows = {32, 64, plain_open, f16_four, .any_length = 1};
static const row_format bf16_rows = {32, 64, plain_open, bf16_four, .any_length = 1};
ROW_FUNCTIONS(f32)
ROW_FUNCTIONS(f16)
ROW_FUNCTIONS(bf16)

ASSAY_INLINE void assay_decode_rows(void (*decode)(const void *, float *, size_t),
                                    const void *const *rows, size_t count, size_t k,
                                    float *scratch, const void **decoded) {
  for (size_t r = 0; r < count; r++) {
    decode(rows[r], scratch + r * k, k);
    decoded[r] = scratch + r * k;
  }
}

static void assay_pack(void (*decode)(const void *, float *, size_t), const void *const *rows,
                       size_t count, size_t k, float *scratch, float *panel) {
  const void *decoded[ASSAY_PANEL];
  assay_decode_rows(decode, rows, count, k, scratch, decoded);
  f32_panel(decoded, count, k, panel);
}
