import Foundation
import TestSupport
import Testing

@Suite struct GenerateTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func prompt(_ ids: [Int]) throws -> String {
    let path = scratch.file("prompt.json")
    try Data("\(ids)".utf8).write(to: URL(filePath: path))
    return path
  }

  /// The checkpoint and its GGUF continue alike, as recorded of the original.
  @Test func theFirstQwen() throws {
    let model = Families.path("qwen-long")
    let golden = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(filePath: model + "/generate.json"))) as? [String: Any])
    let cases = try #require(golden["cases"] as? [[String: [Int]]])
    let item = try #require(cases.first)
    let file = scratch.file("there.gguf")
    #expect(
      try Executable.run(["convert", model, "-o", file]).code == 0)
    let tokens = try prompt(item["prompt"] ?? [])
    // The text ends where the model ends it.
    var expected = item["continuation"] ?? []
    if let end = expected.firstIndex(where: [281, 283].contains) {
      expected.removeSubrange((end + 1)...)
    }
    for input in [model, file] {
      let said = try Executable.json(
        ["generate", input, "--tokens", tokens, "-n", "24"])
      let ids = try #require(said["ids"] as? [Int])
      #expect(expected.starts(with: ids) && !ids.isEmpty)
    }
  }

  @Test func aSentence() throws {
    let model = Fixture.path("qwen2-kjv")
    let arguments = ["generate", model, "--prompt", "In the beginning", "-n", "8"]
    let said = try Executable.json(arguments)
    #expect((said["ids"] as? [Int])?.count == 8)
    #expect((said["text"] as? String)?.isEmpty == false)
    let drawn = arguments + ["--temperature", "1", "--top-p", "0.9", "--seed"]
    #expect(
      try Executable.json(drawn + ["1"])["ids"] as? [Int]
        == Executable.json(drawn + ["1", "--threads", "1"])["ids"] as? [Int])
    #expect(try Executable.run(["generate", model]).code == 64)
    #expect(try Executable.run(["generate", model, "--prompt", ""]).code == 65)
  }
}
