// Fused multiply-add where the machine has none: the same bits as the instruction, and far sooner
// than libm, which goes lane by lane.
//
// The product of two floats is exact in double. Their sum with the addend is made odd where it is
// not exact (its last bit set, away from rounding), and a sum so made rounds to float as the exact
// sum would (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums").
typedef float assay_f4 __attribute__((vector_size(16), aligned(4)));
typedef double assay_d4 __attribute__((vector_size(32)));
typedef int64_t assay_i4 __attribute__((vector_size(32)));

static __attribute__((noinline)) void assay_software_fma(const assay_v *a, const assay_v *b,
                                                         const assay_v *c, assay_v *y) {
  ASSAY_UNROLL
  for (int i = 0; i < ASSAY_LANES; i += 4) {
#define WIDE(v) __builtin_convertvector(*(const assay_f4 *)((const float *)(v) + i), assay_d4)
    const assay_d4 product = WIDE(a) * WIDE(b), addend = WIDE(c);
#undef WIDE
    const assay_d4 sum = product + addend, part = sum - product;
    const assay_d4 error = (product - (sum - part)) + (addend - part);
    // Toward the error by one unit in the last place where that bit is not set. Comparisons are
    // false for the error of an infinite sum, which is not a number.
    const assay_i4 inexact = (assay_i4)(error < 0.0) | (assay_i4)(error > 0.0);
    const assay_i4 inward = (assay_i4)(error < 0.0) ^ (assay_i4)(sum < 0.0);
    const assay_i4 unit = ~(assay_i4)sum & 1 & inexact;
    const assay_d4 odd = (assay_d4)((assay_i4)sum + ((unit ^ inward) - inward));
    *(assay_f4 *)((float *)y + i) = __builtin_convertvector(odd, assay_f4);
  }
}
