import Architectures
import Quantization
import Tensors
import TestSupport
import Testing

@Suite struct RecipeTests {
  @Test func everyPresetHasItsOwnNameAndFileType() {
    #expect(Set(Preset.all.map(\.name)).count == Preset.all.count)
    #expect(Set(Preset.all.map(\.fileType)).count == Preset.all.count)
    #expect(Preset.named("q4_k")?.name == "Q4_K_M")
    #expect(Preset.named("Q9") == nil)
  }

  /// Most rows of the tiny families are shorter than a K format's block, and that is reported.
  @Test(arguments: Families.all)
  func substitutionsAreReported(_ name: String) throws {
    let model = try Families.model(name)
    let recipe = Recipe(TypeChoices(try #require(Preset.named("Q6_K"))), for: model)
    for (tensor, type) in zip(model.ggufTensors, recipe.types) {
      #expect(tensor.shape.rowLength % type.facts.blockElements == 0)
    }
    let matrices = model.ggufTensors.count {
      $0.shape.dimensions.count > 1 && $0.part == .weight && !$0.role.staysFloat
        && $0.shape.rowLength % 256 != 0
    }
    #expect(recipe.fallbacks.count == matrices)
    #expect(recipe.fallbacks.allSatisfy { $0.wanted == .q6_K })
  }
}
