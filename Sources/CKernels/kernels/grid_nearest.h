// Of the neighbours of a code (see grids.h) the one nearest to 8 or 4 elements: the least
// Σ w·(scale·level - x)², each sum in the order of the elements; of equals the first, and the first
// too where no sum is finite. Lanes are neighbours.

/// What digits stand for: first + step·digit, which is exact.
typedef struct grid_levels {
  float first, step;
} grid_levels;

/// Digits of two bits come in eights, digits of three in fours.
#define DIMENSIONS(bits) ((bits) == 2 ? 8 : 4)

#if ASSAY_VECTOR_BYTES == 64
enum { NEAR = 16 };
#else
enum { NEAR = 8 };
#endif
typedef float near_f __attribute__((ext_vector_type(NEAR)));
typedef int32_t near_i __attribute__((ext_vector_type(NEAR)));
typedef uint16_t near_codes __attribute__((ext_vector_type(NEAR)));
typedef _Bool near_bits __attribute__((ext_vector_type(NEAR)));

#if ASSAY_VECTOR_BYTES == 16
/// What sums are made of.
typedef struct near_terms {
  const float *x, *w;
  float scale;
  grid_levels levels;
} near_terms;

ASSAY_INLINE void near_prepare(const float *x, const float *w, float scale, grid_levels levels,
                               int bits, near_terms *terms) {
  (void)bits;
  *terms = (near_terms){x, w, scale, levels};
}

/// The sums of as many neighbours as there are lanes.
ASSAY_INLINE near_f near_sums(near_codes codes, const near_terms *terms, int bits) {
  const near_i code = __builtin_convertvector(codes, near_i);
  near_f sum = 0;
  for (int i = 0; i < DIMENSIONS(bits); i++) {
    near_f digit = __builtin_convertvector(code >> bits * i & ((1 << bits) - 1), near_f);
    near_f level = digit * terms->levels.step + terms->levels.first;
    near_f difference = terms->scale * level - terms->x[i];
    sum += terms->w[i] * difference * difference;
  }
  return sum;
}
#else
/// What sums are made of: the term of element i whose digit is d, at `by_digit[i << bits | d]`.
typedef struct near_terms {
  float by_digit[32];
} near_terms;

ASSAY_INLINE void near_prepare(const float *x, const float *w, float scale, grid_levels levels,
                               int bits, near_terms *terms) {
  f32x32 all_x, all_w, digit;
  if (bits == 2) {
#define SPREAD(v)                                                                               \
  __builtin_shufflevector(v, v, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, \
                          5, 5, 6, 6, 6, 6, 7, 7, 7, 7)
    const f32x8 own_x = LOAD(f32x8, x), own_w = LOAD(f32x8, w);
    all_x = SPREAD(own_x);
    all_w = SPREAD(own_w);
    digit = (f32x32){0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
                     0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
#undef SPREAD
  } else {
#define SPREAD(v)                                                                               \
  __builtin_shufflevector(v, v, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, \
                          2, 2, 3, 3, 3, 3, 3, 3, 3, 3)
    const f32x4 own_x = LOAD(f32x4, x), own_w = LOAD(f32x4, w);
    all_x = SPREAD(own_x);
    all_w = SPREAD(own_w);
    digit = (f32x32){0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
                     0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7};
#undef SPREAD
  }
  const f32x32 difference = scale * (digit * levels.step + levels.first) - all_x;
  STORE(terms->by_digit, all_w * difference * difference);
}

/// The sums of as many neighbours as there are lanes. A register holds the terms of one element, so
/// often as they fit, and codes look them up by their lowest bits.
ASSAY_INLINE near_f near_sums(near_codes codes, const near_terms *terms, int bits) {
  const near_i code = __builtin_convertvector(codes, near_i);
  near_f sum = 0;
#pragma clang loop unroll(full)
  for (int i = 0; i < DIMENSIONS(bits); i++) {
    f32x8 eight;
    if (bits == 2) {
      const f32x4 four = LOAD(f32x4, terms->by_digit + 4 * i);
      eight = __builtin_shufflevector(four, four, 0, 1, 2, 3, 0, 1, 2, 3);
    } else {
      eight = LOAD(f32x8, terms->by_digit + 8 * i);
    }
#if ASSAY_VECTOR_BYTES == 64
    const near_f own = __builtin_shufflevector(eight, eight, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4,
                                               5, 6, 7);
#else
    const near_f own = eight;
#endif
    sum += __builtin_shufflevector(own, code >> bits * i);
  }
  return sum;
}
#endif

ASSAY_INLINE float near_least(const near_f *v) {
#if ASSAY_VECTOR_BYTES == 64
  const f32x8 a = v->lo < v->hi ? v->lo : v->hi;
#else
  const f32x8 a = *v;
#endif
  const f32x4 b = a.lo < a.hi ? a.lo : a.hi;
  __auto_type c = b.lo < b.hi ? b.lo : b.hi;
  return c.x < c.y ? c.x : c.y;
}

/// `list` are the neighbours of a code whose digits have `bits` bits.
ASSAY_INLINE uint32_t nearest_point(const uint16_t *list, const float *x, const float *w,
                                    float scale, grid_levels levels, int bits) {
  const int count = list[0];
  near_terms terms;
  near_prepare(x, w, scale, levels, bits, &terms);
  near_f least = __FLT_MAX__;
  near_i at = 0;
  for (int start = 0; start < count; start += NEAR) {
    const near_f sum = near_sums(LOAD(near_codes, list + 1 + start), &terms, bits);
    const near_i closer = sum < least;
    least = closer ? sum : least;
    at = closer ? (near_i)start : at;
  }
  const near_i equal = least == near_least(&least);
  if (count <= NEAR) {
    // The common case: the first lane of the least.
    const near_bits bit = __builtin_convertvector(equal, near_bits);
#if ASSAY_VECTOR_BYTES == 64
    return list[1 + __builtin_ctz(__builtin_bit_cast(uint16_t, bit))];
#else
    return list[1 + __builtin_ctz(__builtin_bit_cast(uint8_t, bit))];
#endif
  }
  for (int lane = 0; lane < NEAR; lane++) at[lane] += lane;
  return list[1 + __builtin_reduce_min(equal ? at : (near_i)INT32_MAX)];
}
