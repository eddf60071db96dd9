// The arithmetic of the reference forward pass: one more table inside `assay_kernels`.
//
// Every function states its order of operations, and every level keeps it: the same bits on every
// machine. A multiply and an add are fused only where the comment says fma.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Output rows of one weight panel, and columns of one matrix tile.
enum { ASSAY_PANEL = 32 };
/// Tokens that do not pay for packing, and output rows that they are multiplied by at once.
enum { ASSAY_FEW = 4, ASSAY_FEW_ROWS = 64 };

/// One head of a gated delta net. Strides are in floats, from one token to the next.
typedef struct assay_delta {
  /// [keys][state_stride], with room for whole vectors of 16 in each row.
  float *state;
  size_t state_stride, keys, values, tokens;
  /// Rows of `keys`.
  const float *key, *query;
  size_t key_stride;
  /// Rows of `values`.
  const float *value;
  size_t value_stride;
  /// One number for each token.
  const float *decay, *beta;
  size_t gate_stride;
  /// Rows of `values`.
  float *out;
  size_t out_stride;
} assay_delta;

typedef struct assay_math {
  /// Decodes `k` elements of each of `row_count` (at most 32) rows and stores them transposed:
  /// `panel[i * 32 + r]` is element i of row r, zero for the missing rows. `scratch` holds 32 * k.
  void (*pack)(void (*decode)(const void *blocks, float *values, size_t count),
               const void *const *rows, size_t row_count, size_t k, float *scratch, float *panel);

  /// out[t][n] for n in 0..<32: one chain acc = fma(x[t][i], w[i][n], acc) over i = 0..<k, from
  /// +0.0, or from out[t][n] where `resume` is not zero.
  void (*tile)(const float *x, size_t x_stride, size_t tokens, const float *w, size_t w_stride,
               size_t k, float *out, size_t out_stride, int resume);

  /// y = e^x: fma range reduction and polynomial, relative error under 2e-7.
  void (*exponential)(const float *x, float *y, size_t n);

  /// In place: v = x * scale; e = exp(v - max v); e / sum e. Lane i % 16 sums its entries in
  /// order; then lanes add pairwise at distances 8, 4, 2, 1.
  void (*softmax)(float *x, size_t n, float scale);

  /// Sum of squares in double, in 16 lanes as above.
  double (*sum_of_squares)(const float *x, size_t n);

  /// y = (x * scale) * weight.
  void (*scale_by)(const float *x, float scale, const float *weight, float *y, size_t n);

  /// y = (gate / (1 + exp(-gate))) * up.
  void (*silu_multiply)(const float *gate, const float *up, float *y, size_t n);

  /// y = (gate / (1 + exp(-2u))) * up, 2u = fma(gate^3, 0.044715, gate) * 2 sqrt(2/pi):
  /// the tanh form.
  void (*gelu_multiply)(const float *gate, const float *up, float *y, size_t n);

  /// y = x / (1 + exp(-gate)).
  void (*sigmoid_multiply)(const float *x, const float *gate, float *y, size_t n);

  /// v = sum of rows[j][c] * taps[j * stride + c]: one chain of fmas over j = 0..<count from +0.0;
  /// y[c] = v / (1 + exp(-v)), for c in 0..<n.
  void (*convolve_silu)(const float *const *rows, size_t count, const float *taps, size_t stride,
                        size_t n, float *y);

  /// Token after token, for each column v: s[i] = state[i] * decay; sum = chain of
  /// fma(s[i], key[i]) from +0.0; delta = (value - sum) * beta; state[i] = fma(key[i], delta, s[i]);
  /// out = chain of fma(state[i], query[i]) from +0.0.
  void (*delta_rule)(const assay_delta *head);
  /// y = gate / 2 * (1 + erf(gate / sqrt 2)) * up.
  void (*gelu_erf_multiply)(const float *gate, const float *up, float *y, size_t n);
  /// y = max(gate, 0)^2 * up.
  void (*relu_squared_multiply)(const float *gate, const float *up, float *y, size_t n);
  /// y = (clamp(up, -7, 7) + 1) * (g / (1 + exp(-1.702 g))), g = min(gate, 7).
  void (*swiglu_clamped)(const float *gate, const float *up, float *y, size_t n);

  /// In place: x = cap * tanh(x / cap).
  void (*soft_cap)(float *x, size_t n, float cap);
  /// y = x * scale, y = x / divisor, y = y + (x * scale).
  void (*scale)(const float *x, float scale, float *y, size_t n);
  void (*divide)(const float *x, float divisor, float *y, size_t n);
  void (*add_scaled)(const float *x, float scale, float *y, size_t n);
  /// In place: into -most ... most.
  void (*clamp)(float *x, size_t n, float most);

  /// Sum, and sum of squared distances from `mean`, in double and in 16 lanes as above.
  double (*sum)(const float *x, size_t n);
  double (*sum_of_distances)(const float *x, double mean, size_t n);
  /// y = ((x - mean) * scale) * weight + bias; `bias` may be missing.
  void (*affine)(const float *x, float mean, float scale, const float *weight, const float *bias,
                 float *y, size_t n);

  /// Rotates pairs (x[i], x[i + half]), i < half: (a cos - b sin, b cos + a sin), nothing fused.
  void (*rope_halves)(float *x, size_t half, const float *cosines, const float *sines);
  /// The same for pairs (x[2i], x[2i + 1]).
  void (*rope_pairs)(float *x, size_t half, const float *cosines, const float *sines);

  /// y = a + b; y may be either.
  void (*add)(const float *a, const float *b, float *y, size_t n);

  /// `rounds` rounds of as many independent fmas as a matrix tile has, in registers, and nothing
  /// else: what the machine can do. Returns the floating-point operations of one round.
  size_t (*peak)(size_t rounds);
} assay_math;

/// Tells the core that this is a waiting loop.
static inline void assay_relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("isb" ::: "memory");
#endif
}

#ifdef __cplusplus
}
#endif
