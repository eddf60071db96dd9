// The whole kernel source of one level. `ASSAY_LEVEL` names it.
#include "support.h"

#include "numeric_table.h"

const assay_kernels ASSAY_PASTE(assay_kernels, ASSAY_LEVEL) = {
    .name = ASSAY_LEVEL_NAME,

    .math = ASSAY_MATH,
};
