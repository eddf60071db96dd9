// Rows to one number. Entry i belongs to lane i % 16, each lane adds in order, and the lanes meet
// in a fixed tree: the sum of a row does not depend on the width of the machine's vectors.
#define ASSAY_TREE(lanes) \
  for (size_t step = ASSAY_LANES / 2; step > 0; step /= 2) \
    for (size_t l = 0; l < step; l++) lanes[l] += lanes[l + step]

static void assay_softmax(float *x, size_t n, float scale) {
  if (n == 0) return;
  const float infinity = __builtin_inff();
  const size_t whole = n / ASSAY_LANES * ASSAY_LANES, rest = n - whole;
  assay_v most = ASSAY_SPLAT(-infinity), tail = most;
  for (size_t i = 0; i < whole; i += ASSAY_LANES) {
    const assay_v v = ASSAY_LOAD(x + i) * scale;
    ASSAY_STORE(x + i, v);
    most = ASSAY_SELECT(v > most, v, most);
  }
  if (rest > 0) {
    assay_load_part(x + whole, rest, 0.0f, &tail);
    tail *= scale;
    assay_store_part(x + whole, rest, &tail);
    assay_load_part(x + whole, rest, -infinity, &tail);
    most = ASSAY_SELECT(tail > most, tail, most);
  }
  float lanes[ASSAY_LANES];
  ASSAY_STORE(lanes, most);
  float peak = lanes[0];
  for (size_t l = 1; l < ASSAY_LANES; l++) peak = lanes[l] > peak ? lanes[l] : peak;

  assay_v sum = {};
  for (size_t i = 0; i < whole; i += ASSAY_LANES) {
    const assay_v v = ASSAY_LOAD(x + i) - peak;
    assay_v e;
    assay_exp(&v, &e);
    ASSAY_STORE(x + i, e);
    sum += e;
  }
  if (rest > 0) {
    const assay_v v = tail - peak;  // the missing lanes are -infinity: they add zero
    assay_exp(&v, &tail);
    sum += tail;
  }
  ASSAY_STORE(lanes, sum);
  ASSAY_TREE(lanes);
  const float total = lanes[0];
  for (size_t i = 0; i < whole; i += ASSAY_LANES) ASSAY_STORE(x + i, ASSAY_LOAD(x + i) / total);
  if (rest > 0) {
    tail /= total;
    assay_store_part(x + whole, rest, &tail);
  }
}

static double assay_sum_of_squares(const float *x, size_t n) {
  assay_dv sum = {};
  size_t i = 0;
  for (; i + ASSAY_LANES <= n; i += ASSAY_LANES) {
    const assay_dv v = __builtin_convertvector(ASSAY_LOAD(x + i), assay_dv);
    sum += v * v;  // the product is exact in double
  }
  if (i < n) {
    assay_v tail;
    assay_load_part(x + i, n - i, 0.0f, &tail);
    const assay_dv v = __builtin_convertvector(tail, assay_dv);
    sum += v * v;
  }
  double lanes[ASSAY_LANES];
  for (size_t l = 0; l < ASSAY_LANES; l++) lanes[l] = sum[l];
  ASSAY_TREE(lanes);
  return lanes[0];
}

static double assay_sum_of_distances(const float *x, double mean, size_t n) {
  assay_dv sum = {};
  size_t i = 0;
  for (; i + ASSAY_LANES <= n; i += ASSAY_LANES) {
    const assay_dv v = __builtin_convertvector(ASSAY_LOAD(x + i), assay_dv) - mean;
    sum += v * v;
  }
  double lanes[ASSAY_LANES];
  for (size_t l = 0; l < ASSAY_LANES; l++) lanes[l] = sum[l];
  for (size_t l = 0; i < n; i++, l++) {
    const double v = (double)x[i] - mean;
    lanes[l] += v * v;
  }
  ASSAY_TREE(lanes);
  return lanes[0];
}

static double assay_sum(const float *x, size_t n) {
  assay_dv sum = {};
  size_t i = 0;
  for (; i + ASSAY_LANES <= n; i += ASSAY_LANES) {
    sum += __builtin_convertvector(ASSAY_LOAD(x + i), assay_dv);
  }
  double lanes[ASSAY_LANES];
  for (size_t l = 0; l < ASSAY_LANES; l++) lanes[l] = sum[l];
  for (size_t l = 0; i < n; i++, l++) lanes[l] += (double)x[i];
  ASSAY_TREE(lanes);
  return lanes[0];
}
#undef ASSAY_TREE
