import Tensors
import Testing

@Suite struct HalfTests {
  /// Every half and every bfloat16 decodes alike in the reference and in every level's kernels.
  @Test(arguments: [BlockFormat.f16, .bf16], Kernels.available)
  func everyPatternDecodes(_ format: BlockFormat, _ kernels: Kernels) {
    let bytes = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let wanted = Codec.reference.decode(format, bytes, count: 65536)
    let values = Codec.kernels(kernels).decode(format, bytes, count: 65536)
    #expect(firstDifference(values, wanted) == nil)
  }

  /// Around every half, the exact half, its neighbours and the midpoints to the next encode alike;
  /// the exact half comes back.
  @Test(arguments: Kernels.available)
  func everyRoundingBoundaryEncodes(_ kernels: Kernels) {
    let values = (0..<UInt16(0xffff)).flatMap { bits -> [Float] in
      let exact = Half.float(bits)
      let middle = (exact + Half.float(bits + 1)) / 2
      return [exact, exact.nextUp, exact.nextDown, middle, middle.nextUp, middle.nextDown]
    }
    for format in [BlockFormat.f16, .bf16] {
      let wanted = Codec.reference.encode(format, values, rowLength: values.count, importance: nil)
      let blocks = Codec.kernels(kernels).encode(
        format, values, rowLength: values.count, importance: nil)
      #expect(firstDifference(blocks, wanted) == nil)
    }
    for bits in 0..<UInt16(0x7c00) { #expect(Half.bits(Half.float(bits)) == bits) }
  }

  @Test func nearestIntRoundsHalvesToEven() {
    #expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5].map(nearestInt) == [-2, -2, 0, 0, 2, 2])
    #expect(nearestInt(.infinity) == -0x40_0000)
    #expect(nearestInt(-.infinity) == -0x40_0000)
    #expect(nearestInt(.nan) == 0)
  }

  @Test func packedScalesRoundTrip() {
    let scales: [UInt8] = [0, 63, 17, 42, 63, 0, 33, 16]
    let minimums: [UInt8] = [63, 1, 0, 31, 32, 63, 15, 48]
    let unpacked = PackedScales.unpack(PackedScales.pack(scales: scales, minimums: minimums))
    #expect(unpacked.scales == scales)
    #expect(unpacked.minimums == minimums)
  }
}
