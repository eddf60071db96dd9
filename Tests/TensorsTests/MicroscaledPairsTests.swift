import Tensors
import Testing

struct MicroscaledPairsTests {
  /// Element by element, as the two layouts are described.
  @Test(arguments: [1, 2, 3, 17, 64]) func bothLayoutsHoldTheSameCodes(_ count: Int) {
    var random = SystemRandomNumberGenerator()
    let codes = (0..<16 * count).map { _ in UInt8.random(in: 0...255, using: &random) }
    let scales = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    var blocks = [UInt8](repeating: 0, count: count) + codes
    blocks.withUnsafeMutableBytes { blocks in
      scales.withUnsafeBytes { MicroscaledPairs.join(scales: $0, blocks: blocks) }
    }
    for block in 0..<count {
      #expect(blocks[17 * block] == scales[block])
      for element in 0..<32 {
        let ours = codes[16 * block + element / 2] >> (element % 2 * 4) & 15
        let ggml = blocks[17 * block + 1 + element % 16] >> (element / 16 * 4) & 15
        #expect(ours == ggml, "block \(block), element \(element) of \(codes)")
      }
    }
    var (backCodes, backScales) = (codes.map { ~$0 }, scales.map { ~$0 })
    blocks.withUnsafeBytes { blocks in
      backCodes.withUnsafeMutableBytes { MicroscaledPairs.codes(of: blocks, into: $0) }
      backScales.withUnsafeMutableBytes { MicroscaledPairs.scales(of: blocks, into: $0) }
    }
    #expect(backCodes == codes && backScales == scales)
  }
}
