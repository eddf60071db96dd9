// The whole kernel source of one level. `ASSAY_LEVEL` names it, `ASSAY_VECTOR_BYTES` is the width of
// its registers, and `ASSAY_HALF` says that it converts half precision in hardware.
#include "support.h"

#include "half.h"
#include "lanes.h"
#include "search_affine.h"
#include "search_positive.h"
#include "search_symmetric.h"
#include "search_moving.h"
#include "table.h"

#include "vectors.h"
#include "row_lanes.h"
#include "row_few.h"
#include "matrix_pack.h"
#include "byte_blocks.h"

#include "plain.h"
#include "block_extremes.h"
#include "blocks32.h"
#include "q4_0.h"
#include "q5_0.h"
#include "affine32.h"
#include "q4_1.h"
#include "q5_1.h"
#include "q8_0.h"
#include "q8_1.h"
#include "q8_K.h"
#include "bit_pairs.h"
#include "scale_min.h"
#include "scale_min6.h"
#include "q2_K.h"
#include "q3_K.h"
#include "q4_K.h"
#include "q5_K.h"
#include "q6_K.h"
#include "grid_decode.h"
#include "grid_nearest.h"
#include "grid_search.h"
#include "ternary_search.h"
#include "iq2_xxs.h"
#include "iq2_xs.h"
#include "iq2_s.h"
#include "iq3_xxs.h"
#include "iq3_s.h"
#include "iq1_s.h"
#include "iq1_m.h"
#include "iq4.h"
#include "iq4_nl.h"
#include "iq4_xs.h"
#include "fp4.h"
#include "mxfp4.h"
#include "nvfp4.h"
#include "ternary.h"
#include "tq1_0.h"
#include "tq2_0.h"
#include "q1_0.h"
#include "q2_0.h"
#include "numbers.h"

#include "numeric_table.h"

#define ASSAY_CODEC(format) .format = {format##_decode, format##_encode, NULL, NULL}
/// Formats that the matrix multiplication takes straight from their rows.
#define ASSAY_MATRIX_CODEC(format) \
  .format = {format##_decode, format##_encode, format##_panel, format##_few}
#define ASSAY_DECODER(format) .format = {format##_decode, NULL, NULL, NULL}
const assay_kernels ASSAY_PASTE(assay_kernels, ASSAY_LEVEL) = {
    .name = ASSAY_LEVEL_NAME,
    ASSAY_MATRIX_CODEC(f32), ASSAY_MATRIX_CODEC(f16), ASSAY_MATRIX_CODEC(bf16),
    ASSAY_MATRIX_CODEC(q4_0), ASSAY_MATRIX_CODEC(q5_0), ASSAY_MATRIX_CODEC(q5_1), ASSAY_MATRIX_CODEC(q8_0),
    ASSAY_MATRIX_CODEC(q4_K), ASSAY_MATRIX_CODEC(q5_K), ASSAY_MATRIX_CODEC(q6_K),
    ASSAY_MATRIX_CODEC(q4_1),
    ASSAY_CODEC(q8_1),
    ASSAY_CODEC(q8_K),
    ASSAY_MATRIX_CODEC(q2_K),
    ASSAY_MATRIX_CODEC(q3_K),
    ASSAY_MATRIX_CODEC(iq2_xxs),
    ASSAY_MATRIX_CODEC(iq2_xs),
    ASSAY_MATRIX_CODEC(iq2_s),
    ASSAY_MATRIX_CODEC(iq3_xxs),
    ASSAY_MATRIX_CODEC(iq3_s),
    ASSAY_MATRIX_CODEC(iq1_s),
    ASSAY_MATRIX_CODEC(iq1_m),
    ASSAY_MATRIX_CODEC(iq4_nl), ASSAY_MATRIX_CODEC(iq4_xs),
    ASSAY_MATRIX_CODEC(mxfp4), ASSAY_MATRIX_CODEC(nvfp4),
    ASSAY_MATRIX_CODEC(tq1_0), ASSAY_MATRIX_CODEC(tq2_0),
    ASSAY_MATRIX_CODEC(q1_0), ASSAY_MATRIX_CODEC(q2_0),
    ASSAY_DECODER(f64), ASSAY_DECODER(i8), ASSAY_DECODER(i16), ASSAY_DECODER(i32), ASSAY_DECODER(i64),

    .math = ASSAY_MATH,
};
