// Of the neighbours of a code (see grids.h) the one nearest to 8 or 4 elements: the least
// Σ w·(scale·level - x)², each sum in the order of the elements; of equals the first, and the first
// too where no sum is finite. Lanes are neighbours.

/// Where the least of 16 sums lies, kept over the vectors of a list.
typedef struct nearest_so_far {
  f32x16 sum;
  i32x16 at;
} nearest_so_far;

ASSAY_INLINE void nearest_begin(nearest_so_far *nearest) {
  nearest->sum = __FLT_MAX__;
  nearest->at = 0;
}

ASSAY_INLINE void nearest_take(nearest_so_far *nearest, const f32x16 *sum, int start) {
  const i32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  i32x16 closer = *sum < nearest->sum;
  nearest->sum = closer ? *sum : nearest->sum;
  nearest->at = closer ? lane + start : nearest->at;
}

ASSAY_INLINE int nearest_at(const nearest_so_far *nearest) {
  f32x16 v = nearest->sum;
  __auto_type a = v.lo < v.hi ? v.lo : v.hi;
  __auto_type b = a.lo < a.hi ? a.lo : a.hi;
  __auto_type c = b.lo < b.hi ? b.lo : b.hi;
  const float least = c.x < c.y ? c.x : c.y;
  i32x16 at = v == least ? nearest->at : (i32x16)INT32_MAX;
  return __builtin_reduce_min(at);
}

/// Eight digits of three levels.
ASSAY_INLINE uint32_t nearest_of_eight(const uint16_t *list, const float *x, const float *w,
                                       float scale, const float levels[3]) {
  typedef float f32x8 __attribute__((ext_vector_type(8)));
  const int count = list[0];
  float terms[3][8];
  for (int level = 0; level < 3; level++) {
    f32x8 difference = scale * levels[level] - LOAD(f32x8, x);
    STORE(terms[level], LOAD(f32x8, w) * difference * difference);
  }
  nearest_so_far nearest;
  nearest_begin(&nearest);
  for (int start = 0; start < count; start += ASSAY_NEIGHBOURS) {
    i32x16 code = __builtin_convertvector(LOAD(u16x16, list + 1 + start), i32x16);
    f32x16 sum = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      f32x16 term = (code & 1 << 2 * i) != 0 ? (f32x16)terms[1][i] : (f32x16)terms[0][i];
      sum += (code & 2 << 2 * i) != 0 ? (f32x16)terms[2][i] : term;
    }
    nearest_take(&nearest, &sum, start);
  }
  return list[1 + nearest_at(&nearest)];
}

/// Four digits of the levels 1, 3 ... 15.
ASSAY_INLINE uint32_t nearest_of_four(const uint16_t *list, const float *x, const float *w,
                                      float scale) {
  const int count = list[0];
  nearest_so_far nearest;
  nearest_begin(&nearest);
  for (int start = 0; start < count; start += ASSAY_NEIGHBOURS) {
    i32x16 code = __builtin_convertvector(LOAD(u16x16, list + 1 + start), i32x16);
    f32x16 sum = 0;
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      f32x16 level = __builtin_convertvector((code << 1 >> 3 * i & 14) | 1, f32x16);
      f32x16 difference = scale * level - x[i];
      sum += w[i] * difference * difference;
    }
    nearest_take(&nearest, &sum, start);
  }
  return list[1 + nearest_at(&nearest)];
}
