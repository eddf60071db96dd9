// The whole kernel source of one level. `ASSAY_LEVEL` names it.
#include "support.h"

const assay_kernels ASSAY_PASTE(assay_kernels, ASSAY_LEVEL) = {
    .name = ASSAY_LEVEL_NAME,
};
