// The matrix kernels against what the machine can do: fused multiply-adds in registers for many
// tokens, memory for one. `matrix-bench [threads]`.
import Foundation
import Reference
import Tensors

func seconds(_ body: () -> Void) -> Double {
  let start = DispatchTime.now().uptimeNanoseconds
  body()
  return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
}

/// The best of a few runs: other processes only ever add time.
func best(of runs: Int = 5, _ body: () -> Void) -> Double {
  (0..<runs).map { _ in seconds(body) }.min() ?? .infinity
}

func print(_ label: String, _ value: Double, _ unit: String, _ note: String = "") {
  let padded = label.padding(toLength: 36, withPad: " ", startingAt: 0)
  Swift.print(padded, String(format: "%9.1f", value), unit, note)
}

let threads = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1
let workers = Workers(threads: threads)
let kernels = Kernels.active
let numerics = Numerics(kernels: kernels, workers: workers)
Swift.print("\(kernels), \(threads) threads")

let peakRounds = 4_000_000
let peak =
  Double(threads * peakRounds) * Double(kernels.table.pointee.math.peak(1))
  / best { workers.run(count: threads) { _, _ in _ = kernels.table.pointee.math.peak(peakRounds) } }
  * 1e-9
print("fma in registers", peak, "GFLOP/s")

func fill(_ count: Int) -> UnsafeMutablePointer<Float> {
  let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
  for i in 0..<count { values[i] = Float((i &* 2_654_435_761) >> 8 & 0xffff) / 65536 - 0.5 }
  return values
}

/// Multiplies a random matrix as `format` stores it.
@MainActor func measure(_ name: String, _ format: BlockFormat, columns: Int, rows: Int) {
  let count = columns * rows
  let bytes = UnsafeMutableRawBufferPointer.allocate(
    byteCount: format.dtype.byteCount(elements: count) ?? 0, alignment: 64)
  let values = fill(count)
  format.encode(
    UnsafeBufferPointer(start: values, count: count), rowLength: columns, into: bytes)
  values.deallocate()
  let decoder = format.rowDecoder(kernels)
  let view = UnsafeRawBufferPointer(bytes)
  guard let weights = Weights(decoder, bytes: view, rows: rows, columns: columns) else { return }
  let x = fill(512 * columns), out = fill(512 * rows)
  for tokens in [1, 5, 24, 512] {
    let time = best(of: 4) { numerics.multiply(x, tokens: tokens, by: weights, into: out) }
    let rate = 2 * Double(tokens * count) / time * 1e-9
    print(
      "\(name) \(format.dtype.name), \(tokens) tokens", rate, "GFLOP/s",
      String(
        format: "%5.1f %% of peak, %5.1f GB/s", 100 * rate / peak,
        Double(bytes.count) / time * 1e-9))
  }
  x.deallocate()
  out.deallocate()
  bytes.deallocate()
}

let formats: [BlockFormat] = [
  .f32, .bf16, .f16, .q8_0, .q4_0, .q5_K, .q4_K, .q6_K, .q2_K, .q3_K, .iq4_xs,
]
for format in formats { measure("ffn_up", format, columns: 1536, rows: 8960) }
let shapes = [
  (name: "attn_q", columns: 1536, rows: 1536), (name: "attn_k", columns: 1536, rows: 256),
  (name: "ffn_down", columns: 8960, rows: 1536),
]
for shape in shapes { measure(shape.name, .bf16, columns: shape.columns, rows: shape.rows) }

// One token, from memory: more weights than any cache holds, as in the whole model.
let (columns, rows) = (1536, 262_144)
let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * columns * rows, alignment: 4096)
bytes.initializeMemory(as: UInt8.self, repeating: 0x3c)
let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count / 2, alignment: 4096)
copy.initializeMemory(as: UInt8.self, repeating: 0)
let size = Double(bytes.count)
nonisolated(unsafe) let (source, target) = (bytes, copy)
let copying = best {
  workers.run(count: threads) { item, _ in
    let part = target.count / threads
    let range = item * part..<(item + 1) * part
    UnsafeMutableRawBufferPointer(rebasing: target[range]).copyMemory(
      from: UnsafeRawBufferPointer(rebasing: source[range]))
  }
}
print("memcpy (read and written)", size / copying * 1e-9, "GB/s")
let reading = best {
  workers.run(count: threads) { item, _ in
    let part = source.count / threads / 64
    var sums = SIMD8<UInt64>()
    let lines = UnsafeMutableRawBufferPointer(
      rebasing: source[item * part * 64..<(item + 1) * part * 64]
    ).assumingMemoryBound(to: SIMD8<UInt64>.self)
    for line in lines { sums &+= line }
    if sums == .zero { Swift.print("zeros") }
  }
}
print("reading", size / reading * 1e-9, "GB/s")
if let weights = Weights(
  BlockFormat.bf16.rowDecoder(kernels), bytes: UnsafeRawBufferPointer(bytes), rows: rows,
  columns: columns)
{
  let x = fill(4 * columns), out = fill(4 * rows)
  for tokens in [1, 2, 4] {
    let time = best { numerics.multiply(x, tokens: tokens, by: weights, into: out) }
    print("BF16 weights by \(tokens) tokens", size / time * 1e-9, "GB/s")
  }
}

// What a prompt's attention costs beside its matrices, and what it costs to start a run at all.
let layout = CacheLayout(heads: 2, keySize: 128, valueSize: 128, capacity: 4096)
let (keys, values) = (fill(layout.keyCount), fill(layout.valueCount))
let (queries, mixed) = (fill(512 * 12 * 128), fill(512 * 12 * 128))
for (tokens, position) in [(512, 0), (512, 3584), (1, 511), (1, 4095)] {
  let time = best {
    numerics.attend(
      queries: queries, tokens: tokens, at: position, heads: 12, scale: 0.088, layout: layout,
      keyMemory: keys, valueMemory: values, into: mixed)
  }
  let pairs = Double(tokens * position + tokens * (tokens + 1) / 2)
  print(
    "attention, \(tokens) tokens at \(position)", 4 * pairs * 12 * 128 / time * 1e-9, "GFLOP/s",
    String(format: "%8.1f us", time * 1e6))
}
let powers = best { numerics.exp(queries, count: 512 * 12 * 128, into: mixed) }
print("exp", Double(512 * 12 * 128) / powers * 1e-6, "M/s")
let starts = best { for _ in 0..<1000 { workers.run(count: 2) { _, _ in } } }
print("start of a run", starts * 1e3, "us")
