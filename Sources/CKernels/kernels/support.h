// What every kernel file shares: vector types, names and exact rounding. No include guard: one
// pass per level.
//
// Vectors are plain values of clang's extended vector types, wider than a register where that keeps
// two independent chains in flight; the compiler splits them. All helpers are inlined, so no vector
// ever crosses a function boundary and the ABI warning does not apply.
#include "grids.h"
#include "kernels.h"

// Plain IEEE single precision in the written order: a multiply and an add stay two roundings
// unless the source says fma. Byte identity with ggml's encoders depends on it.
#pragma STDC FP_CONTRACT OFF
#pragma clang diagnostic ignored "-Wpsabi"

#ifndef ASSAY_SUPPORT
#define ASSAY_SUPPORT
#define ASSAY_PASTE2(a, b) a##_##b
#define ASSAY_PASTE(a, b) ASSAY_PASTE2(a, b)
#define ASSAY_INLINE static inline __attribute__((always_inline))
#define ASSAY_MIN(a, b) ((a) < (b) ? (a) : (b))

/// Floats in one register of this level, and lanes of one search: two registers.
enum { WIDTH = ASSAY_VECTOR_BYTES / 4, LANES = 2 * WIDTH };

/// One register.
typedef float reg_f __attribute__((ext_vector_type(WIDTH)));
/// One value per lane; a lane is a sub-block, or a super-block where those are searched.
typedef float lane_f __attribute__((ext_vector_type(LANES)));
typedef int32_t lane_i __attribute__((ext_vector_type(LANES)));
typedef uint8_t lane_u8 __attribute__((ext_vector_type(LANES)));
/// One group of a grid.
typedef float f32x4 __attribute__((ext_vector_type(4)));
typedef float f32x8 __attribute__((ext_vector_type(8)));
/// One block of 16 or 32 consecutive elements.
typedef float f32x16 __attribute__((ext_vector_type(16)));
typedef int32_t i32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16)));
typedef uint16_t u16x16 __attribute__((ext_vector_type(16)));
typedef int8_t i8x16 __attribute__((ext_vector_type(16)));
typedef uint8_t u8x4 __attribute__((ext_vector_type(4)));
typedef uint8_t u8x16 __attribute__((ext_vector_type(16)));
typedef float f32x32 __attribute__((ext_vector_type(32)));
typedef int32_t i32x32 __attribute__((ext_vector_type(32)));
typedef int8_t i8x32 __attribute__((ext_vector_type(32)));
typedef uint8_t u8x32 __attribute__((ext_vector_type(32)));
/// The points of a grid, as they come from its table.
typedef uint32_t u32x8 __attribute__((ext_vector_type(8)));
typedef uint64_t u64x2 __attribute__((ext_vector_type(2)));
typedef uint64_t u64x4 __attribute__((ext_vector_type(4)));

/// Unaligned loads and stores: tensors start anywhere in a file.
#define LOAD(type, from) \
  ({ type load_; __builtin_memcpy(&load_, (from), sizeof load_); load_; })
#define STORE(to, value) \
  ({ __typeof__(value) store_ = (value); __builtin_memcpy((to), &store_, sizeof store_); })

#define SQRT(v) __builtin_elementwise_sqrt(v)
#define ABS(v) __builtin_elementwise_abs(v)
/// True where any lane of a comparison is.
#define ANY(mask) (__builtin_reduce_or(mask) != 0)
#define ALL(mask) (__builtin_reduce_and(mask) != 0)

/// Adding 1.5·2^23 puts the units place in the last bit of the mantissa, so the addition itself
/// rounds to nearest, ties to even. `NEAREST` subtracts it again (|v| ≤ 2^22); `NEAREST_INT` reads
/// the mantissa, which beyond 2^22, at infinities (-2^22) and NaN (0) is what ggml's nearest_int
/// gives.
#define ROUNDING 12582912.0f
#define NEAREST(v) (((v) + ROUNDING) - ROUNDING)
#define NEAREST_INT(itype, v) ((__builtin_bit_cast(itype, (v) + ROUNDING) & 0x7fffff) - 0x400000)
/// ggml's GROUP_MAX_EPS: below it, a sub-block counts as all zero.
#define ALL_ZERO 1e-15f
#endif
