#define ASSAY_LEVEL baseline
#define ASSAY_LEVEL_NAME "baseline"
#include "kernels/all.h"
