import Containers
import Foundation
import Quantization
import TestSupport
import Testing

@Suite struct ImportanceMatrixTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func load(_ name: String) throws -> ImportanceMatrix {
    try ImportanceMatrix(path: Fixture.path("qwen2-kjv/gguf/" + name))
  }

  /// llama-imatrix wrote the second file from the first. It stores sums of so many calls, so the two
  /// may differ in the last bits.
  @Test func bothLayoutsSayTheSame() throws {
    let (current, legacy) = (try load("imatrix.gguf"), try load("imatrix.dat"))
    #expect(current.entries.count == 42)
    #expect(Set(current.entries.keys) == Set(legacy.entries.keys))
    // Chunks of 256 tokens, and of 512: the legacy layout does not say how long they are.
    #expect(current.chunkCount == 66 && legacy.chunkCount == 33)
    #expect(current.datasets == ["calib.txt"])
    for (name, entry) in current.entries {
      let other = try #require(legacy.entries[name])
      #expect(entry.values.count == other.values.count)
      for (a, b) in zip(entry.values, other.values) {
        #expect(abs(a - b) <= 1e-5 * abs(a), "\(name)")
      }
    }
  }

  @Test func weightsAreOfTheTensorOrRefused() throws {
    let matrix = try load("imatrix.gguf")
    let name = "blk.0.ffn_down.weight"
    func weights(_ name: String, _ length: Int, _ experts: Int = 1, isEmbedding: Bool = false)
      throws -> [Float]?
    {
      try matrix.weights(
        for: name, rowLength: length, experts: experts, isEmbedding: isEmbedding)
    }
    #expect(try weights(name, 768)?.count == 768)
    #expect(try weights("blk.9.ffn_down.weight", 768) == nil)
    #expect(throws: FormatError.self) { try weights(name, 767) }
    #expect(throws: FormatError.self) { try weights(name, 768, 2) }
    #expect(throws: FormatError.self) { try weights(name, .max, .max) }
    #expect(try weights(name, 767, isEmbedding: true) == nil)
  }

  /// Every prefix of a legacy file, every one of its first bytes spoilt, and a GGUF that is another
  /// thing: an error or a matrix, never a trap.
  @Test func damagedFilesAreRefused() throws {
    let whole = try Data(contentsOf: URL(filePath: Fixture.path("qwen2-kjv/gguf/imatrix.dat")))
    let path = scratch.file("bad.dat")
    func read(_ data: Data) throws -> ImportanceMatrix {
      try data.write(to: URL(filePath: path))
      return try ImportanceMatrix(path: path)
    }
    for length in Array(0..<64) + stride(from: 64, to: whole.count - 100, by: 997) {
      #expect(throws: FormatError.self, "\(length) bytes") { try read(whole.prefix(length)) }
    }
    for index in 0..<48 {
      var bytes = whole
      bytes[index] ^= 0xff
      _ = try? read(bytes)
    }
    #expect(throws: FormatError.self) { try load("qwen2-kjv-Q4_0.gguf") }
    // The first weight becomes a NaN, and then negative.
    for bits: UInt32 in [0x7fc0_0000, 0xbf80_0000] {
      var bytes = whole
      let name = Int(bytes[4])
      for i in 0..<4 { bytes[16 + name + i] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * i)) }
      let error = #expect(throws: FormatError.self) { try read(bytes) }
      #expect(error?.subject?.contains("column 0") == true)
    }
  }
}
