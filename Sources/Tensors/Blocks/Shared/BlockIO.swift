/// Reading and writing blocks in the reference codecs.

extension UnsafeRawBufferPointer {
  func uint16(at offset: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }
  func uint32(at offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
  func half(at offset: Int) -> Float { Half.float(uint16(at: offset)) }
  func float(at offset: Int) -> Float {
    Float(
      bitPattern: UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }
}

extension UnsafeMutableRawBufferPointer {
  func store(_ value: UInt16, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
  }
  func store(_ value: UInt32, at offset: Int) {
    storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
  }
  func store(_ value: Float, at offset: Int) {
    storeBytes(of: value.bitPattern.littleEndian, toByteOffset: offset, as: UInt32.self)
  }
  func zero() {
    for index in indices { self[index] = 0 }
  }
  func store(_ bytes: [UInt8], at offset: Int) {
    for (index, byte) in bytes.enumerated() { self[offset + index] = byte }
  }
}

extension BlockFormat.Reference {
  /// A codec that only reads. `decode` gets the bytes of one block and room for its elements.
  init(
    _ dtype: DType,
    decode: @escaping @Sendable (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    self.init(decode: Self.eachBlock(dtype, decode), encode: nil)
  }

  /// A codec whose blocks do not depend on each other. `encode` gets the elements of one block and
  /// their importance, `decode` the bytes of one block and room for its elements.
  init(
    _ dtype: DType,
    decode: @escaping @Sendable (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void,
    encode: @escaping @Sendable ([Float], [Float]?, UnsafeMutableRawBufferPointer) -> Void
  ) {
    self.init(
      dtype, decode: decode, prepare: { _ in },
      encode: { x, importance, _, block in
        encode(x, importance, block)
      })
  }

  /// The same where a block's encoding depends on a fact of its row, which `prepare` computes.
  init<Fact>(
    _ dtype: DType,
    decode: @escaping @Sendable (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void,
    prepare: @escaping @Sendable (UnsafeBufferPointer<Float>) -> Fact,
    encode: @escaping @Sendable ([Float], [Float]?, Fact, UnsafeMutableRawBufferPointer) -> Void
  ) {
    let elements = dtype.facts.blockElements
    let bytes = dtype.facts.blockBytes
    self.init(
      decode: Self.eachBlock(dtype, decode),
      encode: { row, importance, blocks in
        let fact = prepare(row)
        for block in 0..<row.count / elements {
          let columns = block * elements..<(block + 1) * elements
          encode(
            Array(row[columns]), importance.map { Array($0[columns]) }, fact,
            UnsafeMutableRawBufferPointer(rebasing: blocks[block * bytes..<(block + 1) * bytes]))
        }
      })
  }

  private static func eachBlock(
    _ dtype: DType,
    _ decode:
      @escaping @Sendable (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> BlockFormat.Decode {
    let elements = dtype.facts.blockElements
    let bytes = dtype.facts.blockBytes
    return { blocks, values in
      for block in 0..<values.count / elements {
        decode(
          UnsafeRawBufferPointer(rebasing: blocks[block * bytes..<(block + 1) * bytes]),
          UnsafeMutableBufferPointer(rebasing: values[block * elements..<(block + 1) * elements]))
      }
    }
  }
}
