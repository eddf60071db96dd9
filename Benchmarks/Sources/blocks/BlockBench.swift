import Foundation
import Tensors

/// Memory for rows and blocks, and the clock.
final class BlockBench {
  struct Result {
    /// Per second.
    let weights: Double
    let bytes: Double
    let shareOfCopy: Double
  }

  private let rows: Int
  private let rowLength: Int
  private let kernels: Kernels
  private let workers: Workers
  private let values: UnsafeMutableBufferPointer<Float>
  private let decoded: UnsafeMutableBufferPointer<Float>
  private let blocks: UnsafeMutableRawBufferPointer
  private let importance: UnsafeMutableBufferPointer<Float>

  init(rows: Int, rowLength: Int, kernels: Kernels, workers: Workers) {
    (self.rows, self.rowLength, self.kernels, self.workers) = (rows, rowLength, kernels, workers)
    func memory<T>(_ count: Int, _: T.Type) -> UnsafeMutableBufferPointer<T> {
      UnsafeMutableRawBufferPointer.allocate(
        byteCount: count * MemoryLayout<T>.stride, alignment: 64
      )
      .bindMemory(to: T.self)
    }
    values = memory(rows * rowLength, Float.self)
    decoded = memory(rows * rowLength, Float.self)
    // The widest type has eight bytes.
    blocks = UnsafeMutableRawBufferPointer(memory(8 * rows * rowLength, UInt8.self))
    importance = memory(rowLength, Float.self)
    var state: UInt64 = 1
    func uniform() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / 0x1p24
    }
    // Sums of uniform numbers are nearly normal.
    for index in values.indices {
      values[index] = 0.02 * 1.732 * (uniform() + uniform() + uniform() + uniform() - 2)
    }
    for index in importance.indices { importance[index] = 4 * uniform() }
    decoded.initialize(repeating: 0)
    blocks.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    values.deallocate()
    decoded.deallocate()
    blocks.deallocate()
    importance.deallocate()
  }

  func encode(_ format: BlockFormat) -> Result? {
    guard format.encodes, !format.requiresImportance else { return nil }
    return measure(format) { self.encode(format, $0, nil) }
  }

  /// Nil where importance changes nothing.
  func encodeWeighted(_ format: BlockFormat) -> Result? {
    guard format.encodes else { return nil }
    let weights = UnsafeBufferPointer(importance)
    if !format.requiresImportance {
      let size = bytes(format, 0..<min(rows, 4)).count
      encode(format, 0..<min(rows, 4), nil)
      let plain = Array(blocks[..<size])
      encode(format, 0..<min(rows, 4), weights)
      if plain == Array(blocks[..<size]) { return nil }
    }
    return measure(format) { self.encode(format, $0, weights) }
  }

  func decode(_ format: BlockFormat) -> Result? {
    // Whatever the blocks hold; encoded ones where the format can.
    if format.encodes { encode(format, 0..<min(rows, 16), UnsafeBufferPointer(importance)) }
    return measure(format) { rows in
      format.decode(
        UnsafeRawBufferPointer(self.bytes(format, rows)),
        into: UnsafeMutableBufferPointer(rebasing: self.decoded[self.elements(rows)]),
        kernels: self.kernels)
    }
  }

  private func encode(
    _ format: BlockFormat, _ rows: Range<Int>, _ importance: UnsafeBufferPointer<Float>?
  ) {
    format.encode(
      UnsafeBufferPointer(rebasing: values[elements(rows)]), rowLength: rowLength,
      importance: importance, into: bytes(format, rows), kernels: kernels)
  }

  private func elements(_ rows: Range<Int>) -> Range<Int> {
    rows.lowerBound * rowLength..<rows.upperBound * rowLength
  }

  private func bytes(_ format: BlockFormat, _ rows: Range<Int>) -> UnsafeMutableRawBufferPointer {
    let size = format.dtype.byteCount(elements: rowLength) ?? 0
    return UnsafeMutableRawBufferPointer(
      rebasing: blocks[rows.lowerBound * size..<rows.upperBound * size])
  }

  private func measure(_ format: BlockFormat, _ work: @escaping (Range<Int>) -> Void) -> Result {
    let trial = min(rows, 8 * workers.threads)
    let estimate = time(rows: trial, work)
    // Slow formats take part of the rows: a tenth of a second is enough.
    let count = min(rows, max(trial, Int(0.1 * Double(trial) / estimate)))
    let size = format.dtype.byteCount(elements: rowLength) ?? 0
    let moved = count * (size + 4 * rowLength)
    let (seconds, copying) = (time(rows: count, work), copy(moved / 2))
    return Result(
      weights: Double(count * rowLength) / seconds, bytes: Double(moved) / seconds,
      shareOfCopy: copying / seconds)
  }

  /// Seconds to copy so many bytes: as many are read and written.
  private func copy(_ count: Int) -> Double {
    let source = UnsafeRawBufferPointer(values), target = blocks
    let piece = min(count, source.count) / workers.threads
    // More than there are values are copied in several turns.
    let turns = Double(count) / Double(piece * workers.threads)
    return turns
      * time(rows: workers.threads) { part in
        UnsafeMutableRawBufferPointer(
          rebasing: target[part.lowerBound * piece..<part.upperBound * piece]
        ).copyMemory(
          from: UnsafeRawBufferPointer(
            rebasing: source[part.lowerBound * piece..<part.upperBound * piece]))
      }
  }

  /// Seconds of the fastest of several runs: what disturbs a run only slows it, and the first one
  /// pays for fresh memory. Each thread takes as many rows.
  private func time(rows: Int, _ work: @escaping (Range<Int>) -> Void) -> Double {
    let threads = workers.threads
    nonisolated(unsafe) let work = work
    let clock = ContinuousClock()
    let start = clock.now
    var best = Double.infinity, runs = 0
    repeat {
      let span = clock.measure {
        workers.run(count: threads) { part, _ in
          work(part * rows / threads..<(part + 1) * rows / threads)
        }
      }
      best = min(best, span / .seconds(1))
      runs += 1
    } while runs < 4 || clock.now - start < .seconds(0.3)
    return best
  }
}
