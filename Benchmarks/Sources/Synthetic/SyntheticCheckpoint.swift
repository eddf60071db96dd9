import Architectures
import Containers
import Foundation
import Tensors

/// A checkpoint in BF16 whose tensors follow from a config.json.
public enum SyntheticCheckpoint {
  public enum Weights {
    case random
    /// None: a hole in the file. It takes no room on the disk, and no less time to multiply.
    case hollow
  }

  public static func write(_ config: String, weights: Weights, to directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try OutputFile.write(Array(config.utf8), to: directory + "/config.json", force: true)
    let layout = try SafetensorsWriter.layout(tensors(config), metadata: Metadata())
    let path = directory + "/model.safetensors"
    switch weights {
    case .hollow:
      try Data(layout.header).write(to: URL(filePath: path))
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.truncate(atOffset: UInt64(layout.byteCount))
      try file.close()
    case .random:
      let file = try OutputFile(path: path, byteCount: layout.byteCount, force: true)
      try file.write(layout.header, at: 0)
      var weights = RandomWeights()
      for entry in layout.entries {
        var done = 0
        while done < entry.info.byteCount {
          let count = min(1 << 20, entry.info.byteCount - done)
          try file.write(weights.next(count / 2), at: entry.offset + done)
          done += count
        }
      }
      try file.commit()
    }
  }

  private static func tensors(_ config: String) throws -> [TensorInfo] {
    let json = try JSON(Array(config.utf8), file: "config.json")
    let type = json["model_type"]?.string
    guard let family = Architecture.all.first(where: { $0.modelType == type }) else { return [] }
    let parameters = try family.config.read(
      huggingFace: json, file: "config.json", embeddingRows: nil
    ).parameters
    return try family.files(.huggingFace, parameters)
      .compactMap { TensorInfo(name: $0.name, dtype: .bf16, shape: $0.shape) }
      .sorted { SafetensorsWriter.precedes($0, $1) }
  }
}

/// Seeded BF16 weights, nearly normal with a deviation of 0.02.
private struct RandomWeights {
  private var state: UInt64 = 1

  private mutating func bits() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 16
  }

  /// The little-endian bytes of so many weights.
  mutating func next(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * count)
    for _ in 0..<count {
      // The sum of four uniform numbers of twelve bits.
      let random = bits()
      let sum =
        (random & 0xfff) + (random >> 12 & 0xfff) + (random >> 24 & 0xfff) + random >> 36 & 0xfff
      let pattern = ((Float(sum) - 8190) * (0.02 / 2365)).bitPattern >> 16
      bytes.append(UInt8(truncatingIfNeeded: pattern))
      bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
    }
    return bytes
  }
}
