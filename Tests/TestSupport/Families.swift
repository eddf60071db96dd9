import Architectures
import Checkpoints
import Containers
import Foundation
import Tensors

/// The tiny checkpoints of `Fixtures/families`, recorded by `Fixtures/record/families.py`.
public enum Families {
  /// Every directory there; a suite over it needs no new code for a new family.
  public static let all: [String] = {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("families"))) ?? []
    return names.filter {
      FileManager.default.fileExists(atPath: Fixture.path("families/\($0)/config.json"))
    }.sorted()
  }()

  public static func path(_ name: String) -> String { Fixture.path("families/" + name) }

  /// Some families' files cannot say in GGUF what they compute: there, llama.cpp's is not recorded.
  public static func hasGGUF(_ name: String) -> Bool { has(name, "convert.gguf") }
  public static func hasOldConfig(_ name: String) -> Bool { has(name, "config.old.json") }

  private static func has(_ name: String, _ file: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name) + "/" + file)
  }

  public static func model(_ name: String) throws -> Model {
    try Model(Checkpoint(path: path(name)))
  }

  /// A copy with one more tensor, of zeros, and with other keys in config.json.
  public static func copy(
    _ name: String, to path: String, adding tensor: String? = nil, changing keys: [String: Any]
  ) throws {
    try FileManager.default.copyItem(atPath: Families.path(name), toPath: path)
    let config = URL(filePath: path + "/config.json")
    let old = try JSONSerialization.jsonObject(with: Data(contentsOf: config)) as? [String: Any]
    let new = (old ?? [:]).merging(keys) { $1 }
    try JSONSerialization.data(withJSONObject: new).write(to: config)
    guard let tensor, let info = TensorInfo(name: tensor, dtype: .bf16, shape: Shape([2, 2]))
    else { return }
    let weights = path + "/model.safetensors"
    let file = try SafetensorsFile(path: weights)
    let layout = try SafetensorsWriter.layout(file.tensors + [info], metadata: file.metadata)
    var bytes = [UInt8](repeating: 0, count: layout.byteCount)
    bytes.replaceSubrange(0..<layout.header.count, with: layout.header)
    for entry in layout.entries where entry.info.name != tensor {
      bytes.replaceSubrange(
        entry.offset..<entry.offset + entry.info.byteCount, with: try file.mapped(entry.info))
    }
    try Data(bytes).write(to: URL(filePath: weights))
  }
}

/// A directory that is removed when its owner goes.
public final class Scratch: Sendable {
  public let path: String

  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/assay-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  public func file(_ name: String) -> String { path + "/" + name }
}
