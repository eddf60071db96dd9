import Containers
import Foundation

/// Which chunks of an output are on the disk: a bitmap beside the part file.
///
/// A bit is written only after the chunk's bytes are synced, so whatever the journal says is true
/// even after a power failure. A journal serves only the plan that it was made for.
struct Journal {
  let path: String
  private let fingerprint: [UInt8]
  private(set) var done: [Bool]
  private(set) var doneCount = 0

  /// A plan's fingerprint: its output's header, its weights, and the names, sizes and dates of its sources.
  static func fingerprint(_ plan: ConversionPlan) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
    mix(plan.header)
    for step in plan.steps {
      for weight in step.importance ?? [] {
        hash = (hash ^ UInt64(weight.bitPattern)) &* 0x100_0000_01b3
      }
    }
    for file in plan.source.files {
      let date = (try? FileManager.default.attributesOfItem(atPath: file.path))?[.modificationDate]
      mix("\(file.path) \(file.count) \((date as? Date)?.timeIntervalSince1970 ?? 0)".utf8)
    }
    return Array("assay journal 1 \(String(hash, radix: 16)) \(plan.byteCount)\n".utf8)
  }

  init(for output: String, _ plan: ConversionPlan, chunks: Int) {
    path = output + ".assay-journal"
    fingerprint = Journal.fingerprint(plan)
    done = Array(repeating: false, count: chunks)
  }

  /// Takes over what an earlier run of the same plan did; false where there is no such run.
  mutating func resume() -> Bool {
    guard let data = try? FileBytes(path: path).contents(), data.starts(with: fingerprint),
      data.count == fingerprint.count + (done.count + 7) / 8
    else { return false }
    let bits = Array(data.dropFirst(fingerprint.count))
    for index in done.indices { done[index] = bits[index / 8] >> (index % 8) & 1 == 1 }
    doneCount = done.count { $0 }
    return true
  }

  /// What an earlier run of another plan left is no longer true.
  mutating func discard() {
    remove()
    done = Array(repeating: false, count: done.count)
    doneCount = 0
  }

  mutating func mark(_ chunk: Int) {
    if !done[chunk] { doneCount += 1 }
    done[chunk] = true
  }

  /// Call after the output is synced.
  func save() throws(FormatError) {
    var bits = [UInt8](repeating: 0, count: (done.count + 7) / 8)
    for index in done.indices where done[index] { bits[index / 8] |= 1 << (index % 8) }
    try OutputFile.write(fingerprint + bits, to: path, force: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
