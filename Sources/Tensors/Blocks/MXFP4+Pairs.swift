/// MXFP4 as OpenAI's checkpoints hold it, in two tensors of bytes: for each block of 32 elements, 16
/// bytes of codes whose pairs are neighbours (the earlier in the low bits), and one byte of scale.
/// ggml's block has the scale before the codes, and pairs element j with element j + 16. The codes
/// and scales mean the same, so both ways are exact.
///
/// Source: transformers' `convert_moe_packed_tensors`; `block_mxfp4` in `ggml-common.h`.
public enum MicroscaledPairs {
  public static let codeBytes = 16
  public static let blockBytes = codeBytes + 1

  /// Makes ggml's blocks of `count` scales and the codes that stand at the end of `blocks`, in place.
  /// - Precondition: `blocks` holds `17 · scales.count` bytes, of which the last `16 · scales.count`
  ///   are codes.
  public static func join(
    scales: UnsafeRawBufferPointer, blocks: UnsafeMutableRawBufferPointer
  ) {
    let count = scales.count
    precondition(blocks.count == blockBytes * count)
    // A block ends before the codes of the next one begin, so nothing is overwritten unread.
    for block in 0..<count {
      let codes = blocks.loadUnaligned(
        fromByteOffset: count + codeBytes * block, as: SIMD16<UInt8>.self)
      blocks[blockBytes * block] = scales[block]
      blocks.storeBytes(
        of: apart(codes), toByteOffset: blockBytes * block + 1, as: SIMD16<UInt8>.self)
    }
  }

  /// The codes of ggml's blocks, in the checkpoint's order.
  /// - Precondition: `blocks` holds 17 bytes for every 16 of `codes`.
  public static func codes(
    of blocks: UnsafeRawBufferPointer, into codes: UnsafeMutableRawBufferPointer
  ) {
    precondition(blocks.count / blockBytes * codeBytes == codes.count)
    for block in 0..<blocks.count / blockBytes {
      let pairs = blocks.loadUnaligned(
        fromByteOffset: blockBytes * block + 1, as: SIMD16<UInt8>.self)
      codes.storeBytes(
        of: together(pairs), toByteOffset: codeBytes * block, as: SIMD16<UInt8>.self)
    }
  }

  /// The scales of ggml's blocks.
  /// - Precondition: `blocks` holds 17 bytes for every one of `scales`.
  public static func scales(
    of blocks: UnsafeRawBufferPointer, into scales: UnsafeMutableRawBufferPointer
  ) {
    precondition(blocks.count == blockBytes * scales.count)
    for block in scales.indices { scales[block] = blocks[blockBytes * block] }
  }

  /// Elements 2k and 2k + 1 in byte k become elements k and k + 16 in byte k.
  private static func apart(_ codes: SIMD16<UInt8>) -> SIMD16<UInt8> {
    let (first, second) = (codes.lowHalf, codes.highHalf)
    var pairs = SIMD16<UInt8>()
    pairs.evenHalf = (first & 0x0f) | (second &<< 4)
    pairs.oddHalf = (first &>> 4) | (second & 0xf0)
    return pairs
  }

  private static func together(_ pairs: SIMD16<UInt8>) -> SIMD16<UInt8> {
    let (even, odd) = (pairs.evenHalf, pairs.oddHalf)
    return SIMD16(
      lowHalf: (even & 0x0f) | (odd &<< 4), highHalf: (even &>> 4) | (odd & 0xf0))
  }
}
