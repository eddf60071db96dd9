import Containers
import Foundation
import Tensors

/// What somebody downloaded: tensors, and the small files that say what they mean.
///
/// Opens a directory, a single file, any shard of a set, or an index. Nothing is read but headers.
public struct Checkpoint: Sendable {
  /// The small files beside the weights.
  public enum Companion: String, CaseIterable, Sendable {
    case config = "config.json"
    case generationConfig = "generation_config.json"
    case tokenizer = "tokenizer.json"
    case ranks = "qwen.tiktoken"
    case tokenizerConfig = "tokenizer_config.json"
    case chatTemplate = "chat_template.jinja"
    case readme = "README.md"
  }

  /// As the user named it.
  public let path: String
  /// Where companions stand; the file's own directory for a single file.
  public let directory: String
  public let tensors: any TensorFile
  /// config.json, parsed; nil where there is none, and for GGUF, which carries its own.
  public let config: JSON?
  public let problems: [Problem]
  /// config.json without what it said of packed weights; nil where it is as it stands in its file.
  private let rewrittenConfig: [UInt8]?

  /// Throws `.missing` where nothing is there, `.damaged` where something is wrong with it.
  public init(path: String) throws(FormatError) {
    self.path = path
    var problems: [Problem] = []
    let found = try Checkpoint.locate(path)
    directory = found.directory
    let tensors = try Checkpoint.open(found, problems: &problems)
    var config: JSON?
    if tensors.format != "gguf" {
      config = try Checkpoint.readJSON(.config, in: found.directory)
      if config == nil {
        problems.append(
          Problem(
            .warning, "missing-config", subject: Companion.config.rawValue,
            "there is no config.json beside the weights, so the architecture is unknown",
            remedy: "Download config.json into \(found.directory)."))
      }
    }
    let packing = config?.present("quantization_config")?.present("quant_method")?.string
    let unpacked = try Checkpoint.unpacked(
      tensors, config, file: found.directory + "/" + Companion.config.rawValue, problems: &problems)
    self.tensors =
      packing == "mxfp4" ? try MicroscaledTensors(tensors) : unpacked?.tensors ?? tensors
    self.config = unpacked?.config ?? config
    rewrittenConfig = unpacked?.bytes
    self.problems = problems
  }

  /// The name of the directory that holds it, as llama.cpp derives `general.name` from.
  public var directoryName: String {
    URL(filePath: directory, directoryHint: .isDirectory).standardizedFileURL.lastPathComponent
  }

  public func path(of companion: Companion) -> String { directory + "/" + companion.rawValue }

  /// The bytes of a companion; nil where it is not there. At most 1 GB.
  public func bytes(of companion: Companion) throws(FormatError) -> [UInt8]? {
    if companion == .config, let rewrittenConfig { return rewrittenConfig }
    return try Checkpoint.read(companion, in: directory)
  }
  public func json(of companion: Companion) throws(FormatError) -> JSON? {
    try Checkpoint.readJSON(companion, in: directory)
  }

  private static func read(_ companion: Companion, in directory: String) throws(FormatError)
    -> [UInt8]?
  {
    let path = directory + "/" + companion.rawValue
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try FileBytes(path: path)
    guard file.count <= JSON.Limits().bytes else {
      throw FormatError(.damaged, "is too large", file: path, found: "\(file.count) bytes")
    }
    return try file.contents()
  }

  private static func readJSON(_ companion: Companion, in directory: String) throws(FormatError)
    -> JSON?
  {
    guard let bytes = try read(companion, in: directory) else { return nil }
    return try JSON(bytes, file: directory + "/" + companion.rawValue)
  }
}
