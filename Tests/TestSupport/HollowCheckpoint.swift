import Architectures
import Checkpoints
import Containers
import Foundation
import Tensors

/// A checkpoint of any size that takes no room: a true header, and a hole where the weights are.
public enum HollowCheckpoint {
  /// `config` is a config.json that names the family and its numbers; the tensors follow from it.
  public static func write(_ config: String, family: Architecture, at directory: String) throws {
    let url = URL(filePath: directory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    try Data(config.utf8).write(to: url.appending(path: "config.json"))
    let json = try JSON(Array(config.utf8), file: "config.json")
    let parameters = try family.config.read(
      huggingFace: json, file: "config.json", embeddingRows: nil
    ).parameters
    var tensors: [TensorInfo] = []
    for tensor in try family.files(.huggingFace, parameters) {
      if let info = TensorInfo(name: tensor.name, dtype: .bf16, shape: tensor.shape) {
        tensors.append(info)
      }
    }
    tensors.sort { SafetensorsWriter.precedes($0, $1) }
    let layout = try SafetensorsWriter.layout(tensors, metadata: Metadata())
    let file = url.appending(path: "model.safetensors")
    try Data(layout.header).write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(layout.byteCount))
    try handle.close()
  }
}
