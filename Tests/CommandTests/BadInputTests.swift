import Foundation
import TestSupport
import Testing

/// Bad input ends the program with the right exit code, a file, a remedy, and nothing left behind.
@Suite(.serialized) struct BadInputTests {
  enum Case: String, CaseIterable {
    case truncatedShard, missingShard, lfsPointer, webPage, headerLength2to63, overlap
    case duplicateKeys, alignment0, unknownArchitecture, existingOutput, fullDisk, usage
    case missingPath

    var exitCode: Int32 {
      switch self {
      case .missingShard, .missingPath: 66
      case .existingOutput: 73
      case .fullDisk: 74
      case .usage: 64
      default: 65
      }
    }
    var family: String {
      self == .truncatedShard || self == .missingShard ? "llama-sharded" : "qwen2-tied"
    }
    /// What stderr must name.
    var culprit: String {
      switch self {
      case .truncatedShard, .missingShard: "model-00002-of-00003.safetensors"
      case .alignment0: "bad.gguf"
      case .unknownArchitecture: "config.json"
      case .existingOutput, .fullDisk: "out.gguf"
      case .usage: "Q9_Z"
      case .missingPath: "nowhere"
      default: "model.safetensors"
      }
    }

    /// Spoils the copy of the fixture in `model`; returns the input to name.
    func spoil(_ model: URL, output: URL) throws -> URL {
      let weights = model.appending(path: "model.safetensors")
      let shard = model.appending(path: "model-00002-of-00003.safetensors")
      func write(_ bytes: some Sequence<UInt8>, to url: URL) throws {
        try Data(bytes).write(to: url)
      }
      switch self {
      case .truncatedShard: try write(try Data(contentsOf: shard).dropLast(100), to: shard)
      case .missingShard: try FileManager.default.removeItem(at: shard)
      case .lfsPointer:
        let text = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 99999\n"
        try write(text.utf8, to: weights)
      case .webPage: try write("<!DOCTYPE html><html>Log in</html>".utf8, to: weights)
      case .headerLength2to63: try write(little(1 << 63) + Array("{}".utf8), to: weights)
      case .overlap: try write(safetensors(entry("a", 0, 8), entry("b", 4, 12), 12), to: weights)
      case .duplicateKeys:
        try write(safetensors(entry("a", 0, 8), entry("a", 8, 16), 16), to: weights)
      case .alignment0:
        let file = model.appending(path: "bad.gguf")
        var bytes = Array("GGUF".utf8) + [3, 0, 0, 0] + little(0) + little(1) + little(17)
        bytes += Array("general.alignment".utf8) + [4, 0, 0, 0] + [0, 0, 0, 0]
        try write(bytes, to: file)
        return file
      case .unknownArchitecture:
        let config = model.appending(path: "config.json")
        let text = try String(contentsOf: config, encoding: .utf8)
          .replacingOccurrences(of: "Qwen2ForCausalLM", with: "NovelForCausalLM")
          .replacingOccurrences(of: "\"qwen2\"", with: "\"novel\"")
        try write(text.utf8, to: config)
      case .existingOutput: try write("kept".utf8, to: output)
      case .fullDisk: try inflate(model, weights)
      case .usage: break
      case .missingPath: return model.appending(path: "nowhere")
      }
      return model
    }

    /// Hundreds of gigabytes that a sparse file only claims: a feed-forward width of 2^28.
    private func inflate(_ model: URL, _ weights: URL) throws {
      let old = try Data(contentsOf: weights)
      let length = old.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let parsed = try JSONSerialization.jsonObject(with: old[8..<8 + length])
      var header = try #require(parsed as? [String: Any])
      let (narrow, wide) = (96, 1 << 28)
      var position = 0
      for key in header.keys.sorted() where key != "__metadata__" {
        var entry = try #require(header[key] as? [String: Any])
        var shape = try #require(entry["shape"] as? [Int])
        let offsets = try #require(entry["data_offsets"] as? [Int])
        var size = offsets[1] - offsets[0]
        if let place = shape.firstIndex(of: narrow) {
          size = size / narrow * wide
          shape[place] = wide
        }
        entry["shape"] = shape
        entry["data_offsets"] = [position, position + size]
        header[key] = entry
        position += size
      }
      let text = try JSONSerialization.data(withJSONObject: header)
      try (Data(little(UInt64(text.count))) + text).write(to: weights)
      let handle = try FileHandle(forWritingTo: weights)
      try handle.truncate(atOffset: UInt64(8 + text.count + position))
      try handle.close()
      let path = model.appending(path: "config.json")
      var config = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
      config["intermediate_size"] = wide
      try JSONSerialization.data(withJSONObject: config).write(to: path)
    }

    private func little(_ value: UInt64) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    private func entry(_ name: String, _ begin: Int, _ end: Int) -> String {
      #""\#(name)":{"dtype":"F32","shape":[2],"data_offsets":[\#(begin),\#(end)]}"#
    }
    private func safetensors(_ a: String, _ b: String, _ data: Int) -> [UInt8] {
      let header = Array("{\(a),\(b)}".utf8)
      return little(UInt64(header.count)) + header + [UInt8](repeating: 0, count: data)
    }
  }

  @Test(arguments: Case.allCases)
  func badInput(_ bad: Case) throws {
    let manager = FileManager.default
    let directory = manager.temporaryDirectory.appending(path: "assay-\(UUID())")
    try manager.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: directory) }
    let model = directory.appending(path: "model"), output = directory.appending(path: "out.gguf")
    try manager.copyItem(atPath: Fixture.path("families/\(bad.family)"), toPath: model.path)
    for extra in ["convert.gguf", "golden.safetensors"] {
      try? manager.removeItem(at: model.appending(path: extra))
    }
    let input = try bad.spoil(model, output: output)

    let type = bad == .usage ? "Q9_Z" : bad == .fullDisk ? "F32" : "Q8_0"
    let start = ContinuousClock.now
    let (code, stderr) = try Executable.run([
      "quantize", input.path, "--type", type, "-o", output.path,
    ])
    #expect(ContinuousClock.now - start < .seconds(2))
    #expect(code == bad.exitCode, "\(stderr)")
    #expect(stderr.contains(bad.culprit), "\(stderr)")
    // A remedy is an indented last line; a usage error ends with the usage instead.
    let last = stderr.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("  ") && !last.hasPrefix("  found"), "\(stderr)")
    let left = try manager.contentsOfDirectory(atPath: directory.path).sorted()
    #expect(left == (bad == .existingOutput ? ["model", "out.gguf"] : ["model"]))
    if bad == .existingOutput {
      #expect(try Data(contentsOf: output) == Data("kept".utf8))
    }
  }
}
