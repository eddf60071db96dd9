// The arithmetic of the forward pass, gathered into `assay_math`.
#include "exponential.h"
#include "activations.h"
#include "delta.h"
#include "matrix_tile.h"
#include "reductions.h"
#include "rows.h"

#define ASSAY_MATH                                                                            \
  {                                                                                           \
    .pack = assay_pack, .tile = assay_tile, .peak = assay_peak,             \
    .exponential = assay_exponential, .softmax = assay_softmax,                               \
    .sum_of_squares = assay_sum_of_squares, .scale_by = assay_scale_by,                       \
    .silu_multiply = assay_silu_multiply, .gelu_multiply = assay_gelu_multiply,               \
    .rope_halves = assay_rope_halves, .rope_pairs = assay_rope_pairs, .add = assay_add,       \
    .sigmoid_multiply = assay_sigmoid_multiply, .convolve_silu = assay_convolve_silu,         \
    .delta_rule = assay_delta_rule,                                                           \
    .gelu_erf_multiply = assay_gelu_erf_multiply,                                             \
    .relu_squared_multiply = assay_relu_squared_multiply,                                     \
    .swiglu_clamped = assay_swiglu_clamped, .soft_cap = assay_soft_cap,                       \
    .scale = assay_scale, .divide = assay_divide, .add_scaled = assay_add_scaled,             \
    .clamp = assay_clamp, .sum = assay_sum, .sum_of_distances = assay_sum_of_distances,       \
    .affine = assay_affine,                                                                   \
  }
