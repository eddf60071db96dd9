// Few tokens by weight rows in lanes: what comes from memory goes through the registers into the
// sums, without a stop in a packed panel. The chain of each output is the tile's.

enum { ROW_GROUPS = ASSAY_FEW_ROWS / 16 };
/// How far fetching goes before multiplying, in each row: short blocks, and bytes of long ones.
enum { ROW_RUN = 16, ROW_AHEAD = 512 };

ASSAY_INLINE int row_is_short(const row_format *format) { return format->elements <= 32; }

/// Fetches into the second cache. Rows are walked side by side, which no hardware foresees.
ASSAY_INLINE void row_fetch(const uint8_t *from, size_t bytes) {
  ASSAY_UNROLL
  for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(from + line, 0, 2);
}

/// Four elements of `groups` blocks into the sums.
ASSAY_INLINE void row_step(const row_format *format, const int tokens, const int first,
                           const int groups, const row_block *block, size_t index, const float *x,
                           size_t x_stride, assay_v acc[ASSAY_FEW][ROW_GROUPS]) {
  assay_v v[ROW_GROUPS][4];
  ASSAY_UNROLL
  for (int g = 0; g < groups; g++) format->four(block + g, index, v[g]);
  ASSAY_UNROLL
  for (int e = 0; e < 4; e++) {
    ASSAY_UNROLL
    for (int t = 0; t < tokens; t++) {
      const assay_v value = ASSAY_SPLAT(x[(size_t)t * x_stride + (size_t)e]);
      ASSAY_UNROLL
      for (int g = 0; g < groups; g++)
        acc[t][first + g] = ASSAY_FMA(value, v[g][e], acc[t][first + g]);
    }
  }
}

/// The elements behind the last whole block.
static void row_few_rest(const row_format *format, int tokens, const uint8_t *const *rows,
                         size_t offset, const float *x, size_t count, size_t x_stride, float *out,
                         size_t out_stride) {
  for (size_t first = 0; first < ASSAY_FEW_ROWS; first += 16) {
    row_rest rest;
    row_block block;
    row_rest_copy(rows + first, offset, count * format->bytes / format->elements, &rest);
    format->open(rest.rows, 0, &block);
    for (size_t e = 0; e < count; e++) {
      assay_v v[4];
      format->four(&block, e / 4, v);
      for (int t = 0; t < tokens; t++) {
        float *sums = out + (size_t)t * out_stride + first;
        const assay_v value = ASSAY_SPLAT(x[(size_t)t * x_stride + e]);
        ASSAY_STORE(sums, ASSAY_FMA(value, v[e % 4], ASSAY_LOAD(sums)));
      }
    }
  }
}

/// Few tokens: from the opened blocks through the registers into the sums, for `groups` of 16 rows.
/// A chain of sums takes its time, so several go side by side: step by step where blocks are long,
/// else block by block, and the processor runs ahead into the next. `next` are the rows that follow.
ASSAY_INLINE void row_few_groups(const row_format *format, const int tokens, const int groups,
                                 const uint8_t *const *rows, const uint8_t *const *next, size_t k,
                                 const float *x, size_t x_stride, float *out, size_t out_stride) {
  const size_t whole = k - k % format->elements, row_bytes = k / format->elements * format->bytes;
  const size_t steps = format->elements / 4;
  assay_v acc[ASSAY_FEW][ROW_GROUPS];
  ASSAY_UNROLL
  for (int t = 0; t < tokens; t++) {
    ASSAY_UNROLL
    for (int g = 0; g < groups; g++) acc[t][g] = (assay_v){};
  }
  size_t offset = 0;
  for (size_t i = 0; i < whole; i += format->elements, offset += format->bytes) {
    if (row_is_short(format)) {
      // Memory likes pieces that are longer than a line: with every block a whole run of one row.
      const size_t row = offset / format->bytes % ROW_RUN;
      const size_t ahead = offset + (ROW_RUN - row) * format->bytes;
      const uint8_t *const *from = ahead < row_bytes ? rows : next;
      // Several tokens are chains enough, but sixteen words are all the registers that there are.
      const int side = tokens == 1 || format->any_length ? 1 : groups;
      ASSAY_UNROLL
      for (int g = 0; g < groups; g += side) {
        row_block block[ROW_GROUPS];
        ASSAY_UNROLL
        for (int s = 0; s < side; s++) {
          format->open(rows + 16 * (g + s), offset, &block[s]);
          row_fetch(from[16 * (size_t)(g + s) + row] + (ahead < row_bytes ? ahead : 0),
                    ROW_RUN * format->bytes);
        }
        ASSAY_UNROLL
        for (size_t index = 0; index < steps; index++)
          row_step(format, tokens, g, side, block, index, x + i + 4 * index, x_stride, acc);
      }
    } else {
      const size_t ahead = offset + (ROW_AHEAD + format->bytes - 1) / format->bytes * format->bytes;
      const uint8_t *const *from = ahead < row_bytes ? rows : next;
      row_block block[ROW_GROUPS];
      ASSAY_ROLLED
      for (int g = 0; g < groups; g++) format->open(rows + 16 * g, offset, &block[g]);
      for (size_t index = 0; index < steps; index++) {
        // 16 to 64 steps share the rows.
        const size_t share = ASSAY_FEW_ROWS / steps;
        ASSAY_UNROLL
        for (size_t row = index * share; row < (index + 1) * share; row++)
          row_fetch(from[row] + (ahead < row_bytes ? ahead : ahead - row_bytes), format->bytes);
        row_step(format, tokens, 0, groups, block, index, x + i + 4 * index, x_stride, acc);
      }
    }
  }
  ASSAY_UNROLL
  for (int t = 0; t < tokens; t++) {
    ASSAY_UNROLL
    for (int g = 0; g < groups; g++) ASSAY_STORE(out + (size_t)t * out_stride + 16 * g, acc[t][g]);
  }
}

ASSAY_INLINE void row_few_body(const row_format *format, const int tokens,
                               const void *const *rows, size_t k, const float *x, size_t x_stride,
                               float *out, size_t out_stride) {
  const uint8_t *const *all = (const uint8_t *const *)rows;
  // Of short blocks the processor has enough to do side by side, and fewer streams are quicker; one
  // token by plain numbers is nothing but a stream.
  const int streaming = format->any_length && tokens == 1;
  const int groups = streaming ? 1 : row_is_short(format) ? ROW_GROUPS / 2 : ROW_GROUPS;
  for (size_t first = 0; first < ASSAY_FEW_ROWS; first += 16 * (size_t)groups)
    row_few_groups(format, tokens, groups, all + first, all + first + 16 * groups, k, x, x_stride,
                   out + first, out_stride);
  const size_t rest = k % format->elements;
  if (format->any_length && rest > 0)
    row_few_rest(format, tokens, all, k / format->elements * format->bytes, x + k - rest, rest,
                 x_stride, out, out_stride);
}

/// Defines what the codec of a format offers the matrix multiplication.
#define ROW_FUNCTIONS(format)                                                                    \
  static void format##_panel(const void *const *rows, size_t count, size_t k, float *panel) {    \
    row_panel(&format##_rows, rows, count, k, panel);                                            \
  }                                                                                              \
  static void format##_few(const void *const *rows, size_t k, const float *x, size_t x_stride,   \
                           size_t tokens, float *out, size_t out_stride) {                       \
    switch (tokens) {                                                                            \
      case 1: row_few_body(&format##_rows, 1, rows, k, x, x_stride, out, out_stride); break;     \
      case 2: row_few_body(&format##_rows, 2, rows, k, x, x_stride, out, out_stride); break;     \
      case 3: row_few_body(&format##_rows, 3, rows, k, x, x_stride, out, out_stride); break;     \
      case 4: row_few_body(&format##_rows, 4, rows, k, x, x_stride, out, out_stride); break;     \
    }                                                                                            \
  }
