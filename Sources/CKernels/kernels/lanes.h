// Turning rows of consecutive elements into lanes: lane i of `to[k]` is `from[i][k]`.

#if ASSAY_VECTOR_BYTES == 16
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#elif ASSAY_VECTOR_BYTES == 32
#define LOW_HALVES(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH_HALVES(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#else
#define LOW_HALVES(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH_HALVES(a, b) \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#endif

/// Transposes `count` (a multiple of WIDTH) elements of LANES rows. Interleaving the two halves of
/// a square of registers log2(WIDTH) times transposes it.
ASSAY_INLINE void load_lanes(lane_f *to, const float *const from[LANES], int count) {
  reg_f *target = (reg_f *)to;
  for (int part = 0; part < LANES / WIDTH; part++)
    for (int start = 0; start < count; start += WIDTH) {
      reg_f a[WIDTH], b[WIDTH];
      for (int i = 0; i < WIDTH; i++) a[i] = LOAD(reg_f, from[part * WIDTH + i] + start);
      for (int stage = 1; stage < WIDTH; stage *= 2) {
#pragma clang loop unroll(full)
        for (int i = 0; i < WIDTH / 2; i++) {
          b[2 * i] = LOW_HALVES(a[i], a[i + WIDTH / 2]);
          b[2 * i + 1] = HIGH_HALVES(a[i], a[i + WIDTH / 2]);
        }
        __builtin_memcpy(a, b, sizeof a);
      }
      for (int i = 0; i < WIDTH; i++) target[LANES / WIDTH * (start + i) + part] = a[i];
    }
}

/// Stands in for the rows that a last, partial group of lanes lacks.
static const float zeros[32];

/// The sum of `term` over each of `count` ≤ LANES runs of `length` elements, every run in order.
ASSAY_INLINE lane_f run_sums(const float *values, size_t length, size_t count,
                             lane_f (*term)(lane_f)) {
  const float *from[LANES];
  lane_f sum = 0, x[WIDTH];
  for (size_t i = 0; i < LANES; i++) from[i] = values + (i < count ? length * i : 0);
  for (size_t start = 0; start < length; start += WIDTH) {
    load_lanes(x, from, WIDTH);
    for (int i = 0; i < WIDTH; i++) sum += term(x[i]);
    for (size_t i = 0; i < LANES; i++) from[i] += WIDTH;
  }
  return sum;
}
ASSAY_INLINE lane_f square(lane_f x) { return x * x; }
ASSAY_INLINE lane_f square_sums(const float *values, size_t length, size_t count) {
  return run_sums(values, length, count, square);
}
ASSAY_INLINE lane_f magnitude(lane_f x) { return ABS(x); }
ASSAY_INLINE lane_f magnitude_sums(const float *values, size_t length, size_t count) {
  return run_sums(values, length, count, magnitude);
}

/// Importance becomes weight: w·√(variance + x²), for n elements a lane.
ASSAY_INLINE void weigh_lanes(const lane_f *x, lane_f variance, lane_f *w, int n) {
  for (int i = 0; i < n; i++) w[i] = w[i] * SQRT(variance + x[i] * x[i]);
}

/// The largest element of a vector without NaN.
ASSAY_INLINE float largest16(f32x16 v) {
  __auto_type b = v.lo > v.hi ? v.lo : v.hi;
  __auto_type c = b.lo > b.hi ? b.lo : b.hi;
  __auto_type d = c.lo > c.hi ? c.lo : c.hi;
  return d.x > d.y ? d.x : d.y;
}
ASSAY_INLINE float largest32(f32x32 v) { return largest16(v.lo > v.hi ? v.lo : v.hi); }
