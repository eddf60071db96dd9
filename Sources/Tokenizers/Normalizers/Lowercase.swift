/// `Lowercase`: every character by itself, as Rust does it. A final sigma is like any other.
enum Lowercase {
  private struct Run {
    var first: UInt32
    var last: UInt32
    var step: UInt32
    var delta: Int32
  }

  private static let runs: [Run] = LowercaseTable.runs.split(whereSeparator: \.isWhitespace)
    .compactMap { entry in
      let fields = entry.split(separator: ",").compactMap { Int32($0, radix: 16) }
      guard fields.count == 4 else { return nil }
      let first = UInt32(fields[0])
      return Run(
        first: first, last: first + UInt32((fields[1] - 1) * fields[2]), step: UInt32(fields[2]),
        delta: fields[3])
    }

  static func apply(_ text: inout NormalText) {
    text.mapScalars { scalar, result in append(scalar, to: &result) }
  }

  @inline(__always)
  static func append(_ scalar: Unicode.Scalar, to result: inout [UInt8]) {
    if scalar.isASCII {
      let byte = UInt8(truncatingIfNeeded: scalar.value)
      result.append((0x41...0x5a).contains(byte) ? byte | 0x20 : byte)
    } else if scalar == "\u{130}" {
      // The only one that becomes two.
      result.append(contentsOf: "i\u{307}".utf8)
    } else {
      UTF8Text.append(mapped(scalar), to: &result)
    }
  }

  private static func mapped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].last < scalar.value { low = middle + 1 } else { high = middle }
    }
    guard low < runs.count else { return scalar }
    let run = runs[low]
    guard scalar.value >= run.first, (scalar.value - run.first) % run.step == 0 else {
      return scalar
    }
    return Unicode.Scalar(UInt32(Int32(scalar.value) + run.delta)) ?? scalar
  }
}
