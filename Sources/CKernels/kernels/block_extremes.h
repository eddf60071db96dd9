// Scales of sixteen blocks of 32 elements at a time: folding the blocks into one another takes a
// third of the instructions that sixteen separate reductions do, and what follows from the extremes
// is computed for all of them together.

enum { GROUP = 16 };

/// Lane i of the result is the largest element of v[i], which are destroyed. No NaN.
ASSAY_INLINE f32x16 largest_of_each(f32x16 v[GROUP]) {
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define FOLD(count, low, high)                                                       \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < (count); i++) {             \
    f32x16 left = __builtin_shufflevector(v[2 * i], v[2 * i + 1], low);              \
    f32x16 right = __builtin_shufflevector(v[2 * i], v[2 * i + 1], high);            \
    v[i] = LARGER(left, right);                                                      \
  }
#define SET(...) __VA_ARGS__
  FOLD(8, SET(0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29),
       SET(2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31))
  FOLD(4, SET(0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
       SET(2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31))
  FOLD(2, SET(0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
       SET(8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
  FOLD(1, SET(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),
       SET(4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31))
#undef SET
#undef FOLD
  return v[0];
}

/// The block that lane i of a group belongs to: one of zeros where only `present` are there.
ASSAY_INLINE f32x32 block_of_group(const float *values, size_t present, size_t i) {
  return LOAD(f32x32, i < present ? values + 32 * i : zeros);
}

/// The largest elements of a group's blocks, and the largest of their negations.
ASSAY_INLINE void extremes_of_group(const float *values, size_t present, f32x16 *above,
                                    f32x16 *below) {
  f32x16 high[GROUP], low[GROUP];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < GROUP; i++) {
    const f32x32 x = block_of_group(values, present, i);
    high[i] = LARGER(x.lo, x.hi);
    low[i] = LARGER(-x.lo, -x.hi);
  }
  *above = largest_of_each(high);
  *below = largest_of_each(low);
}

/// The largest magnitudes of a group's blocks.
ASSAY_INLINE f32x16 magnitudes_of_group(const float *values, size_t present) {
  f32x16 high[GROUP];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < GROUP; i++) {
    const f32x32 x = ABS(block_of_group(values, present, i));
    high[i] = LARGER(x.lo, x.hi);
  }
  return largest_of_each(high);
}
#undef LARGER

/// A group is read twice, in a burst and then block by block while nothing new is read. Asking for
/// the group after the next one meanwhile hides the latency of memory. Asking never faults.
ASSAY_INLINE void prefetch_ahead(const float *block) {
  const uintptr_t ahead = (uintptr_t)block + 2 * GROUP * 32 * sizeof(float);
  __builtin_prefetch((const void *)ahead);
  __builtin_prefetch((const void *)(ahead + 64));
}

/// What quants are multiplied by; zero for a block of zeros.
ASSAY_INLINE f32x16 inverse_or_zero(f32x16 scale) {
  return scale != 0 ? 1.0f / scale : (f32x16)0;
}

/// The scales of a group, one by one.
typedef struct group_scales {
  float inverse[GROUP];
  uint16_t half[GROUP];
} group_scales;
ASSAY_INLINE group_scales scales_of_group(f32x16 scale) {
  group_scales scales;
  STORE(scales.inverse, inverse_or_zero(scale));
  STORE(scales.half, float_to_half16(scale));
  return scales;
}
