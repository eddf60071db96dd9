import Architectures
import Checkpoints
import Containers
import Conversion
import Foundation
import Quantization
import TestSupport
import Testing

/// llama.cpp's converter counts a block that drafts further tokens among the others
/// (`draft.gguf`); told to leave it out, it does not (`convert.gguf`).
@Suite struct DraftTests {
  private let whole = Families.path("qwen35-vision") + "/draft.gguf"
  private let text = Families.path("qwen35-vision") + "/convert.gguf"

  @Test func aDraftingBlockIsNoBlockOfTheModel() throws {
    let model = try Model(Checkpoint(path: whole))
    #expect(model.parameters.nextnPredictLayers == 1)
    var parameters = model.parameters
    parameters.nextnPredictLayers = 0
    #expect(parameters == (try Model(Checkpoint(path: text)).parameters))
    #expect(model.problems.count == 3 && model.problems.allSatisfy { $0.code == "other-part" })
    let tokens = try ForwardPassTests.Golden(
      Families.path("qwen35-vision") + "/golden.safetensors"
    ).tokens
    #expect(
      try ForwardPassTests.logits(whole, tokens) == ForwardPassTests.logits(text, tokens))
  }

  @Test(arguments: [(1, 1), (3, 3), (3, 1 << 30)])
  func noMoreBlocksThanThereAre(_ blocks: Int, _ drafts: Int) throws {
    let scratch = try Scratch()
    let file = try GGUFFile(path: text)
    var metadata = file.metadata
    metadata["qwen35.block_count"] = .uint32(UInt32(blocks))
    metadata["qwen35.nextn_predict_layers"] = .uint32(UInt32(drafts))
    let header = try GGUFWriter.layout([], metadata: metadata).header
    try Data(header).write(to: URL(filePath: scratch.file("model.gguf")))
    let error = #expect(throws: FormatError.self) {
      try Model(Checkpoint(path: scratch.file("model.gguf")))
    }
    #expect(error?.subject == "qwen35.nextn_predict_layers")
  }

  /// A copy without the block does not count it either.
  @Test func whatIsLeftOutIsNotCounted() throws {
    let scratch = try Scratch()
    let model = try Model(Checkpoint(path: whole))
    let recipe = Recipe(TypeChoices(try #require(Preset.named("BF16"))), for: model)
    let plan = try GGUFSource(model, carriesSource: false).plan(recipe)
    _ = try Executor(plan, threads: 1).run(to: scratch.file("copy.gguf"))
    let (copy, expected) = (
      try GGUFFile(path: scratch.file("copy.gguf")), try GGUFFile(path: text)
    )
    #expect(copy.tensors == expected.tensors)
    func own(_ file: GGUFFile) -> [String] {
      file.metadata.entries.filter { $0.key.hasPrefix("qwen35.") }.map { "\($0)" }
    }
    #expect(own(copy) == own(expected))
  }
}
