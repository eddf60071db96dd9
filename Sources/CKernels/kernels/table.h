// Tables of sixteen entries, looked up by vectors of indices in 0..15. Where registers are wide
// enough the table lies in one or two of them, and a permutation is the look-up.

typedef int32_t reg_i __attribute__((ext_vector_type(WIDTH)));

ASSAY_INLINE reg_f table16(const float table[16], reg_i index) {
#if ASSAY_VECTOR_BYTES == 64
  return __builtin_shufflevector(LOAD(reg_f, table), index);
#elif ASSAY_VECTOR_BYTES == 32
  // A permutation takes the index modulo its length.
  reg_f low = __builtin_shufflevector(LOAD(reg_f, table), index);
  reg_f high = __builtin_shufflevector(LOAD(reg_f, table + 8), index);
  return index > 7 ? high : low;
#else
  reg_f found;
  for (int i = 0; i < WIDTH; i++) found[i] = table[index[i]];
  return found;
#endif
}

/// The entries that 32 nibbles name.
ASSAY_INLINE i8x32 table_bytes32(const int8_t table[16], u8x32 nibbles) {
  i8x32 found;
#if ASSAY_VECTOR_BYTES == 16 && !defined(__aarch64__)
  uint8_t index[32];
  STORE(index, nibbles);
  for (int i = 0; i < 32; i++) found[i] = table[index[i]];
#else
  const i8x16 entries = LOAD(i8x16, table), low = __builtin_convertvector(nibbles.lo, i8x16),
              high = __builtin_convertvector(nibbles.hi, i8x16);
  found.lo = __builtin_shufflevector(entries, low);
  found.hi = __builtin_shufflevector(entries, high);
#endif
  return found;
}

/// The same as floats.
ASSAY_INLINE f32x32 table_floats32(const int8_t table[16], u8x32 nibbles) {
  return __builtin_convertvector(table_bytes32(table, nibbles), f32x32);
}
