import Containers
import Foundation

extension Checkpoint {
  struct Location {
    enum Kind { case index, shards([String]), safetensors, gguf }
    var kind: Kind
    /// The index, the file, or the directory of shards without an index.
    var path: String
    var directory: String
  }

  /// Decides what `path` names. Nothing is opened.
  static func locate(_ path: String) throws(FormatError) -> Location {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw FormatError(
        .missing, "no such file or directory", file: path,
        remedy: "Name a model directory, a .safetensors or .gguf file, or any shard of a set.")
    }
    if isDirectory.boolValue { return try locate(directory: path) }
    let url = URL(filePath: path)
    let directory = url.deletingLastPathComponent().path
    if url.lastPathComponent.hasSuffix(".index.json") {
      return Location(kind: .index, path: path, directory: directory)
    }
    if isGGUF(path) { return Location(kind: .gguf, path: path, directory: directory) }
    if let name = ShardName(url.lastPathComponent) {
      let index = directory + "/" + name.indexName
      if FileManager.default.fileExists(atPath: index) {
        return Location(kind: .index, path: index, directory: directory)
      }
      return Location(kind: .shards(name.all), path: directory, directory: directory)
    }
    return Location(kind: .safetensors, path: path, directory: directory)
  }

  private static func locate(directory: String) throws(FormatError) -> Location {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    func location(_ kind: Location.Kind, _ name: String) -> Location {
      Location(kind: kind, path: directory + "/" + name, directory: directory)
    }
    if let index = names.first(where: { $0.hasSuffix(".safetensors.index.json") }) {
      return location(.index, index)
    }
    if names.contains("model.safetensors") { return location(.safetensors, "model.safetensors") }
    let weights = names.filter { $0.hasSuffix(".safetensors") }
    if let shard = weights.lazy.compactMap(ShardName.init).first {
      return Location(kind: .shards(shard.all), path: directory, directory: directory)
    }
    let files = names.filter { $0.hasSuffix(".gguf") }
    let candidates = weights + files
    guard let only = candidates.first else {
      let pickled = names.first {
        $0.hasSuffix(".bin") || $0.hasSuffix(".pt") || $0.hasSuffix(".pth")
      }
      throw FormatError(
        .missing, "holds no model weights that we read", file: directory,
        expected: "model.safetensors, model.safetensors.index.json or a .gguf file",
        found: pickled.map { "\($0) (PyTorch)" } ?? "\(names.count) other files",
        remedy: pickled == nil
          ? "Name the directory or file that holds the weights, or download them."
          : "Pickled weights can run code and are not read: download the safetensors version.")
    }
    guard candidates.count == 1 else {
      throw FormatError(
        .damaged, "holds several models", file: directory,
        found: candidates.prefix(4).joined(separator: ", "), remedy: "Name one of the files.")
    }
    return location(files.isEmpty ? .safetensors : .gguf, only)
  }

  static func open(_ location: Location, problems: inout [Problem]) throws(FormatError)
    -> any TensorFile
  {
    switch location.kind {
    case .index: return try ShardedTensors(index: location.path)
    case .safetensors: return try SafetensorsFile(path: location.path)
    case .shards(let names):
      problems.append(
        Problem(
          .warning, "missing-index", subject: "model.safetensors.index.json",
          "the shards were joined by their names, since there is no index",
          remedy: "Download the index, so that a missing tensor can be noticed."))
      return try ShardedTensors(shards: names.map { location.path + "/" + $0 })
    case .gguf:
      let file = try GGUFFile(path: location.path)
      if file.trailingBytes > 0 {
        problems.append(
          Problem(
            .warning, "trailing-bytes", subject: location.path,
            "\(file.trailingBytes) bytes follow the last tensor",
            remedy: "Something was appended to the file; compare its checksum with the source."))
      }
      return file
    }
  }

  private static func isGGUF(_ path: String) -> Bool {
    path.hasSuffix(".gguf")
      || (try? FileBytes(path: path).prefix(4)).map { $0 == GGUFFile.magic } == true
  }
}

/// `model-00002-of-00008.safetensors`: one of a set that differs only in its number.
struct ShardName {
  let stem: String
  let count: Int
  let width: Int

  init?(_ name: String) {
    guard let match = name.wholeMatch(of: /(.+)-(\d{1,6})-of-(\d{1,6})\.safetensors/),
      let count = Int(match.3), count > 0, count <= 10_000
    else { return nil }
    stem = String(match.1)
    width = match.3.count
    self.count = count
  }

  var indexName: String { stem + ".safetensors.index.json" }
  var all: [String] {
    func padded(_ number: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return (1...count).map { "\(stem)-\(padded($0))-of-\(padded(count)).safetensors" }
  }
}
