import Foundation
import TestSupport
import Testing

/// What goes wrong around a run: outputs that are inputs, streams that take nothing, pipes, texts.
@Suite struct RobustnessTests {
  let scratch: Scratch
  let model = Families.path("qwen2-tied")
  let gguf = Families.path("qwen2-tied") + "/convert.gguf"

  init() throws { scratch = try Scratch() }

  private func file(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: scratch.file(name)))
    return scratch.file(name)
  }

  private func expect(
    _ code: Int32, _ said: String, _ arguments: [String], _ place: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Executable.run(arguments)
    #expect(result.code == code, "\(result.stderr)", sourceLocation: place)
    #expect(result.stderr.contains(said), "\(result.stderr)", sourceLocation: place)
  }

  // MARK: Outputs

  @Test func noInputIsOverwritten() throws {
    let copy = scratch.file("cp")
    try FileManager.default.copyItem(atPath: model, toPath: copy)
    let tokens = try file("tokens.json", "[1, 2, 3, 4]")
    let weights = copy + "/model.safetensors", file = copy + "/convert.gguf"
    let before = try [weights, file, tokens, copy + "/config.json"].map {
      try Data(contentsOf: URL(filePath: $0))
    }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("link"), withDestinationPath: weights)
    let verify = ["verify", copy, file, "--tokens", tokens, "--force", "--report"]
    for arguments in [
      verify + [file], verify + [tokens], verify + [weights],
      ["logits", copy, "--tokens", tokens, "--force", "-o", weights],
      ["logits", copy, "--tokens", tokens, "--force", "-o", tokens],
      ["convert", copy, "--force", "-o", weights],
      ["convert", copy, "--force", "-o", copy + "/config.json"],
      ["convert", copy, "--force", "-o", scratch.file("link")],
      ["convert", copy, "--to", "safetensors", "--force", "-o", copy],
      ["quantize", copy, "--type", "Q8_0", "--force", "-o", copy + "/./model.safetensors"],
      ["quantize", file, "--type", "Q8_0", "--force", "-o", file],
    ] {
      try expect(73, "is an input", arguments)
    }
    let after = try [weights, file, tokens, copy + "/config.json"].map {
      try Data(contentsOf: URL(filePath: $0))
    }
    #expect(before == after)
  }

  @Test func placesThatCannotBeWritten() throws {
    try expect(73, "/proc/x.gguf", ["quantize", model, "--type", "Q8_0", "-o", "/proc/x.gguf"])
    try expect(
      73, "is a directory",
      ["quantize", model, "--type", "Q8_0", "--force", "-o", scratch.path])
    try expect(64, "empty", ["quantize", model, "--type", "Q8_0", "-o", ""])
    try expect(64, "empty", ["inspect", ""])
  }

  @Test func aDryRunSaysWhatWouldBeRefused() throws {
    let there = try file("there.gguf", "kept")
    let dry = ["quantize", model, "--type", "Q8_0", "--dry-run", "-o"]
    try expect(0, "exists already", dry + [there])
    try expect(0, "directory", dry + [scratch.file("nowhere/a.gguf")])
    let said = try Executable.json(dry + [there])
    let problems = try #require(said["problems"] as? [[String: Any]])
    #expect(problems.contains { $0["code"] as? String == "output-refused" })
  }

  @Test func aReportThatCannotBeWrittenCostsNothingElse() throws {
    let tokens = try file("tokens.json", "[1, 2, 3, 4, 5, 6, 7, 8]")
    let page = scratch.file("page.html")
    let command = ["verify", model, gguf, "--tokens", tokens, "--json", "--report", page]
    // No file of ours may grow beyond a block.
    let result = try Executable.shell(command, ">&1 2>/dev/null", before: "ulimit -f 1; ") {
      $0.standardOutput = $1
    }
    #expect(result.code == 74)
    #expect(result.text.contains("\"verdict\"") && !result.text.contains("\"error\""))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["tokens.json"])
  }

  // MARK: Streams

  @Test(arguments: [[], ["--json"]])
  func aFullStreamIsAnError(_ more: [String]) throws {
    let tokens = try file("tokens.json", "[1, 2, 3, 4]")
    for command in [["inspect", model], ["verify", model, gguf, "--tokens", tokens]] {
      for stream in [">/dev/full", ">&-"] {
        let result = try Executable.shell(command + more, stream)
        #expect(result.code == 74, "\(result.text)")
        #expect(result.text.contains("standard output"), "\(result.text)")
      }
    }
  }

  @Test func aReaderThatLeavesIsNoError() throws {
    let temporary = scratch.file("tmp")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let result = try Executable.shell(
      ["demo"], "| head -1", environment: ["TMPDIR": temporary])
    #expect(result.code == 0)
    #expect(result.text.isEmpty, "\(result.text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
  }

  @Test func aDemoInJSONIsOneDocument() throws {
    let said = try Executable.json(["demo"])
    #expect(Set(said.keys) == ["inspect", "quantize", "verify"])
    try expect(64, "Unknown type", ["demo", "--type", "foo"])
  }

  // MARK: Inputs

  @Test func aPipeIsRefusedAndNotWaitedFor() throws {
    let pipe = scratch.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    try expect(74, "not a regular file", ["inspect", pipe])
    try expect(74, "not a regular file", ["perplexity", model, "--tokens", pipe])
    try expect(74, "not a regular file", ["tokenize", model, "--text", pipe])
  }

  @Test func tooLittleToScore() throws {
    let one = try file("one.json", "[1]"), empty = try file("empty.txt", "")
    let real = Fixture.path("qwen2-kjv")
    try expect(65, "one.json", ["perplexity", model, "--tokens", one])
    try expect(65, "too short", ["perplexity", model, "--tokens", one])
    try expect(65, "too short", ["verify", model, gguf, "--tokens", one])
    try expect(65, "empty.txt", ["perplexity", real, "--text", empty])
    let out = scratch.file("l.safetensors")
    try expect(65, "too short", ["logits", real, "--text", empty, "-o", out])
    try expect(64, "--limit", ["logits", real, "--tokens", one, "--limit", "0", "-o", out])
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  @Test func tokensOfAnotherModelNameTheirFile() throws {
    let tokens = try file("tokens.json", "[1, 999999]")
    try expect(65, "tokens.json: token 1", ["perplexity", model, "--tokens", tokens])
    try expect(
      65, "999999: the model has no token of this id",
      ["tokenize", Fixture.path("qwen2-kjv"), "--decode", "999999"])
  }

  @Test func textThatIsNoUTF8IsSaid() throws {
    let path = scratch.file("bad.txt")
    try Data(Array("In the ".utf8) + [0xff, 0xfe] + Array("beginning ".utf8) + [0xc3]).write(
      to: URL(filePath: path))
    let command = ["perplexity", Fixture.path("qwen2-kjv"), "--text", path]
    try expect(0, "3 places, the first at byte 7", command)
    try expect(65, "bad.txt", command + ["--strict"])
  }

  @Test func numbersOutOfRangeAreUsageErrors() throws {
    let tokens = try file("tokens.json", "[1, 2, 3, 4]")
    let verify = ["verify", model, gguf, "--tokens", tokens]
    try expect(64, "--max-kld is a number", verify + ["--max-kld", "nan"])
    try expect(64, "--max-kld is a number", verify + ["--max-kld", "-1"])
    try expect(64, "--context must be", verify + ["--context", "-5"])
    try expect(64, "--chunks must be", verify + ["--chunks", "-5"])
    try expect(64, "--threads must be", verify + ["--threads", "-5"])
  }

  // MARK: Inspect

  @Test func sharesAreOfAllTensorBytes() throws {
    for name in ["qwen2-kjv", "qwen2-kjv/gguf/qwen2-kjv-Q4_K_M.gguf"] {
      let said = try Executable.json(["inspect", Fixture.path(name)])
      let types = try #require(said["dtypes"] as? [String: [String: Any]])
      let sum = types.values.compactMap { $0["share"] as? Double }.reduce(0, +)
      #expect(abs(sum - 1) < 1e-9)
    }
  }

  @Test func aFilterListsTensors() throws {
    let said = try Executable.json(["inspect", model, "--filter", "q_proj"])
    let tensors = try #require(said["tensors"] as? [[String: Any]])
    #expect(!tensors.isEmpty)
    #expect(tensors.allSatisfy { ($0["name"] as? String)?.contains("q_proj") == true })
  }

  @Test func bitsPerWeightAreOneNumber() throws {
    let (path, page) = (scratch.file("q.gguf"), scratch.file("page.html"))
    let tokens = try file("tokens.json", "[1, 2, 3, 4, 5, 6, 7, 8]")
    let real = Fixture.path("qwen2-kjv")
    let written = try Executable.json(["quantize", real, "--type", "Q4_K_M", "-o", path])
    let bits = try #require(written["bits_per_weight"] as? Double)
    #expect(try Executable.json(["inspect", path])["bits_per_weight"] as? Double == bits)
    _ = try Executable.run(["verify", real, path, "--tokens", tokens, "--report", page])
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("<b>\(String(format: "%.3f", bits))</b>"))
  }
}
