// Every hot loop of the project, behind one table per instruction set.
//
// The same portable vector source (kernels/*.h) is compiled once per level; `assay_kernels_at`
// returns the table of a level, or NULL where this machine lacks it. All levels give the same bits
// (of finite numbers: which NaN results from two is the processor's choice).
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "numeric.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Decodes `count` elements (a whole number of blocks) to float.
typedef void (*assay_decode_fn)(const void *blocks, float *values, size_t count);

/// Encodes `rows` rows of `row_length` floats. `importance` is one weight per column, or NULL.
typedef void (*assay_encode_fn)(const float *values, const float *importance, void *blocks,
                                size_t row_length, size_t rows);

typedef void (*assay_panel_fn)(const void *const *rows, size_t row_count, size_t k, float *panel);
typedef void (*assay_few_fn)(const void *const *rows, size_t k, const float *x, size_t x_stride,
                             size_t tokens, float *out, size_t out_stride);

typedef struct assay_codec {
  assay_decode_fn decode;
  /// NULL where the type is only read.
  assay_encode_fn encode;
  /// `pack` of `assay_math` for rows of this type; NULL where that goes through `decode`.
  assay_panel_fn panel;
  /// The sums of `tile` from +0.0, for at most `ASSAY_FEW` tokens and `ASSAY_FEW_ROWS` rows as they
  /// stand in the file; NULL where they must be packed. As many rows follow in `rows`: those that
  /// come next, which are fetched into cache meanwhile.
  assay_few_fn few;
} assay_codec;

typedef struct assay_kernels {
  const char *name;
  assay_codec f32, f16, bf16;
  assay_codec q4_0, q5_0, q5_1, q8_0;
  assay_codec q4_K, q5_K, q6_K;
  assay_codec q4_1;
  assay_codec q8_1;
  assay_codec q8_K;
  assay_codec q2_K;
  assay_codec q3_K;
  assay_codec iq2_xxs;
  assay_codec iq2_xs;
  assay_codec iq2_s;
  assay_codec iq3_xxs;
  assay_codec iq3_s;
  assay_codec iq1_s;
  assay_codec iq1_m;
  assay_codec iq4_nl, iq4_xs;
  assay_codec mxfp4, nvfp4;
  assay_codec tq1_0, tq2_0;
  assay_codec q1_0, q2_0;
  assay_codec f64, i8, i16, i32, i64;

  assay_math math;
} assay_kernels;

/// Levels in ascending order: 0 baseline, 1 x86-64-v3 (AVX2, FMA), 2 x86-64-v4 (AVX-512).
enum { ASSAY_LEVELS = 3 };
const assay_kernels *assay_kernels_at(int level);

#ifdef __cplusplus
}
#endif
