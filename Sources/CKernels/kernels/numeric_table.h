// The arithmetic of the forward pass, gathered into `assay_math`.
#include "exponential.h"
#include "matrix_tile.h"
#include "reductions.h"
#include "rows.h"

#define ASSAY_MATH                                                                            \
  {                                                                                           \
    .pack = assay_pack, .few = assay_few, .tile = assay_tile, .peak = assay_peak,             \
    .exponential = assay_exponential, .softmax = assay_softmax,                               \
    .sum_of_squares = assay_sum_of_squares, .scale_by = assay_scale_by,                       \
    .silu_multiply = assay_silu_multiply, .gelu_multiply = assay_gelu_multiply,               \
    .rope_halves = assay_rope_halves, .rope_pairs = assay_rope_pairs, .add = assay_add,       \
  }
