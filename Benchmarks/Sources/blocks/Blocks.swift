import Foundation
import Tensors

/// Weights per second of every block format on one core, beside memcpy.
///
///     swift run -c release --package-path Benchmarks blocks [--isa LEVEL] [--rows N] [FORMAT ...]
@main struct Blocks {
  static let rowLength = 4096

  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let rows = option("--rows", from: &arguments).flatMap(Int.init) ?? 256
    let isa = option("--isa", from: &arguments)
    guard let kernels = isa.map(level) ?? .active, rows > 0 else {
      return complain("levels here: \(Kernels.available.map(\.description).joined(separator: " "))")
    }
    let formats = BlockFormat.all.filter(\.encodes).filter {
      arguments.isEmpty || arguments.contains($0.dtype.name)
    }

    print("\(kernels), \(rows) rows of \(rowLength), one core; GB/s counts bytes read and written")
    print(line("", ["encode M/s", "GB/s", "weighted M/s", "GB/s", "decode M/s", "GB/s"]))
    let values = (0..<rows * rowLength).map { _ in Float.random(in: -0.05...0.05) }
    let importance = (0..<rowLength).map { _ in Float.random(in: 0...4) }
    var target = values
    let copied = time {
      values.withUnsafeBytes { from in target.withUnsafeMutableBytes { $0.copyMemory(from: from) } }
    }
    print(line("memcpy", cells(values.count, bytes: 8 * values.count, copied)))
    for format in formats { measure(format, values, importance, kernels) }
  }

  static func measure(
    _ format: BlockFormat, _ values: [Float], _ importance: [Float], _ kernels: Kernels
  ) {
    guard let size = format.dtype.byteCount(elements: values.count) else { return }
    var blocks = [UInt8](repeating: 0, count: size)
    var decoded = [Float](repeating: 0, count: values.count)
    let moved = size + 4 * values.count
    let plain = {
      values.withUnsafeBufferPointer { values in
        blocks.withUnsafeMutableBytes {
          format.encode(values, rowLength: rowLength, into: $0, kernels: kernels)
        }
      }
    }
    let weighted = time {
      values.withUnsafeBufferPointer { values in
        importance.withUnsafeBufferPointer { importance in
          blocks.withUnsafeMutableBytes {
            format.encode(
              values, rowLength: rowLength, importance: importance, into: $0, kernels: kernels)
          }
        }
      }
    }
    let back = time {
      blocks.withUnsafeBytes { blocks in
        decoded.withUnsafeMutableBufferPointer { format.decode(blocks, into: $0, kernels: kernels) }
      }
    }
    print(
      line(
        format.dtype.name,
        [format.requiresImportance ? nil : time(plain), weighted, back].flatMap {
          $0.map { cells(values.count, bytes: moved, $0) } ?? ["-", "-"]
        }))
  }

  /// Seconds of the fastest of several runs: what disturbs a run only slows it, and the first one
  /// pays for fresh memory.
  static func time(_ work: () -> Void) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var best = Double.infinity, runs = 0
    repeat {
      best = min(best, clock.measure(work) / .seconds(1))
      runs += 1
    } while runs < 4 || clock.now - start < .seconds(0.4)
    return best
  }

  static func cells(_ weights: Int, bytes: Int, _ seconds: Double) -> [String] {
    [
      String(format: "%.0f", Double(weights) / seconds / 1e6),
      String(format: "%.1f", Double(bytes) / seconds / 1e9),
    ]
  }

  static func line(_ name: String, _ cells: [String]) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return name + padded("", 8 - name.count)
      + cells.enumerated().map { padded($1, $0 % 2 == 0 ? 14 : 7) }.joined()
  }

  static func level(_ name: String) -> Kernels? {
    Kernels.available.first { $0.description == name }
  }

  /// Removes an option and its value.
  static func option(_ name: String, from arguments: inout [String]) -> String? {
    guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
      return nil
    }
    defer { arguments.removeSubrange(index...index + 1) }
    return arguments[index + 1]
  }

  static func complain(_ message: String) {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(64)
  }
}
