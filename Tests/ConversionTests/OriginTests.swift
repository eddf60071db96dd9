import Checkpoints
import Containers
import Foundation
import TestSupport
import Testing

@testable import Conversion

/// `general.` keys against llama.cpp's converter, recorded by `Fixtures/record/cards.py`.
@Suite struct OriginTests {
  static let cases: [JSONValue] = {
    let file = try? FileBytes(path: Fixture.path("cards/golden.json"))
    let json = try? file.map { try JSON($0.contents(), file: $0.path) }
    return json?["cases"].map { $0.elements.map(JSONValue.init) } ?? []
  }()

  @Test func thereAreCases() { #expect(OriginTests.cases.count >= 9) }

  @Test(arguments: cases)
  func keysEqualLlamaCpps(_ golden: JSONValue) throws {
    let golden = try JSON(Array(golden.serialized().utf8), file: "golden.json")
    let names = [golden.present("name_or_path")?.string, golden["directory"]?.string]
    let origin = Origin(
      card: golden.present("readme")?.string.flatMap { ModelCard(readme: Array($0.utf8)) },
      id: names[0], directory: try #require(names[1]),
      size: ModelSize(parameters: try #require(golden["parameters"]?.int)))
    let expected: [Metadata.Entry] = try #require(golden["entries"]).elements.map { entry in
      let parts = Array(entry.elements)
      let value: MetadataValue =
        switch parts[1].string {
        case "UINT32": .uint32(UInt32(try #require(parts[2].int)))
        case "ARRAY":
          .array(
            .strings(ByteStrings(parts[2].elements.compactMap(\.string).map { ByteString($0) })))
        default: .text(try #require(parts[2].string))
        }
      return (try #require(parts[0].string), value)
    }
    #expect(origin.entries.map(\.key) == expected.map(\.key))
    for (ours, theirs) in zip(origin.entries, expected) {
      #expect(ours.value == theirs.value, "\(ours.key)")
    }
    #expect(origin.problems.isEmpty)
  }

  @Test func whatIsNotReadIsReported() {
    let yaml =
      "---\nlicense: {a: b}\nbase_model:\n- a/b\n- name: c\nwidget:\n- text: hi\nodd\n---\n"
    let origin = Origin(
      card: ModelCard(readme: Array(yaml.utf8)), id: nil, directory: "m",
      size: ModelSize(parameters: 1))
    #expect(
      origin.problems.map(\.code) == ["model-card-value", "model-card-value", "model-card-line"])
    #expect(origin.problems.allSatisfy { $0.severity == .warning && $0.remedy != nil })
    let metadata = Metadata(origin.entries)
    #expect(metadata["general.license"] == nil)
    #expect(metadata["general.base_model.count"] == .uint32(2))
    #expect(metadata["general.base_model.0.repo_url"] == .text("https://huggingface.co/a/b"))
  }

  /// Norwegian is a language, not a boolean.
  @Test func norwegian() {
    let card = ModelCard(readme: Array("---\nlanguage: no\n---\n".utf8))
    let origin = Origin(
      card: card, id: nil, directory: "m",
      size: ModelSize(parameters: 1))
    #expect(Metadata(origin.entries)["general.languages"] == .array(.strings(ByteStrings(["no"]))))
  }
}
