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

enum { ASSAY_FROM_F32, ASSAY_FROM_BF16, ASSAY_FROM_F16 };
/// Elements of each row that one step takes: one vector's bytes.
#define ASSAY_STEP(type) ((type) == ASSAY_FROM_F32 ? 16 : 32)

/// `ASSAY_STEP` elements from `i` on of 16 rows: v[e] holds element i + e of every row. As many
/// bytes from `next` on are fetched into L2.
ASSAY_INLINE void assay_pack_step(const int type, const void *const *rows, size_t i,
                                  const char *next, assay_v v[32]) {
  const size_t size = type == ASSAY_FROM_F32 ? 4 : 2;
  assay_v block[16];
  ASSAY_UNROLL
  for (int r = 0; r < 16; r++) {
    const char *at = (const char *)rows[r] + size * i;
    block[r] = *(const assay_vb *)at;
    if (next) __builtin_prefetch(next + 64 * r, 0, 2);
  }
  assay_transpose(block);
  ASSAY_UNROLL
  for (int e = 0; e < 16; e++) {
    if (type == ASSAY_FROM_F32) {
      v[e] = block[e];
    } else if (type == ASSAY_FROM_F16) {
      const assay_uv low = (assay_uv)block[e], high = low >> 16;
      words_to_floats(&low, &v[2 * e]);
      words_to_floats(&high, &v[2 * e + 1]);
    } else {
      // Two neighbours travelled as one: half the moves.
      v[2 * e] = (assay_v)((assay_iv)block[e] << 16);
      v[2 * e + 1] = (assay_v)((assay_iv)block[e] & (int32_t)0xffff0000);
    }
  }
}

ASSAY_INLINE float assay_pack_scalar(const int type, const void *row, size_t i) {
  float value;
  if (type == ASSAY_FROM_F32) {
    __builtin_memcpy(&value, (const char *)row + 4 * i, 4);
  } else {
    uint16_t half;
    __builtin_memcpy(&half, (const char *)row + 2 * i, 2);
    if (type == ASSAY_FROM_F16) return half_to_float(half);
    const uint32_t bits = (uint32_t)half << 16;
    __builtin_memcpy(&value, &bits, 4);
  }
  return value;
}

/// Sixteen rows into one half of the panel.
ASSAY_INLINE void assay_pack_half(const int type, const void *const *rows, size_t count, size_t k,
                                  float *panel) {
  size_t i = 0;
  if (count == 16) {
    for (; i + ASSAY_STEP(type) <= k; i += ASSAY_STEP(type)) {
      assay_v v[32];
      assay_pack_step(type, rows, i, NULL, v);
      ASSAY_UNROLL
      for (int e = 0; e < ASSAY_STEP(type); e++) ASSAY_STORE(panel + (i + e) * ASSAY_PANEL, v[e]);
    }
  }
  for (; i < k; i++)
    for (size_t r = 0; r < 16; r++)
      panel[i * ASSAY_PANEL + r] = r < count ? assay_pack_scalar(type, rows[r], i) : 0.0f;
}

ASSAY_INLINE void assay_pack_rows(const int type, const void *const *rows, size_t count, size_t k,
                                  float *panel) {
  const size_t first = count < 16 ? count : 16;
  assay_pack_half(type, rows, first, k, panel);
  assay_pack_half(type, rows + first, count - first, k, panel + 16);
}

#define ASSAY_PANEL_FUNCTION(name, type)                                                         \
  static void name(const void *const *rows, size_t count, size_t k, float *panel) {              \
    assay_pack_rows(type, rows, count, k, panel);                                                \
  }
ASSAY_PANEL_FUNCTION(f32_panel, ASSAY_FROM_F32)
ASSAY_PANEL_FUNCTION(f16_panel, ASSAY_FROM_F16)
ASSAY_PANEL_FUNCTION(bf16_panel, ASSAY_FROM_BF16)
#undef ASSAY_PANEL_FUNCTION

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
  assay_pack_rows(ASSAY_FROM_F32, decoded, count, k, panel);
}
