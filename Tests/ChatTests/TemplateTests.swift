import Chat
import Containers
import Testing

/// Published templates, compared with transformers.
@Suite("chat templates") struct TemplateTests {
  @Test func everyTemplateIsRecorded() {
    #expect(Goldens.templates.count >= 60)
    #expect(Goldens.conversations.count >= 20)
  }

  @Test(arguments: Goldens.templates) func equalsTransformers(_ file: String) throws {
    let golden = try Goldens.json("chat/templates/\(file)")
    let source = try #require(golden["template"]?.string)
    let cases = try #require(golden["cases"])
    var recorded: [String: Goldens.Outcome] = [:]
    for element in cases.elements {
      let name = try #require(element["conversation"]?.string)
      let conversation = try #require(Goldens.conversations[name])
      let expected = element["as"]?.string.flatMap { recorded[$0] } ?? Goldens.Outcome(element)
      recorded[name] = expected
      let found = Goldens.Outcome { () throws(TemplateError) in
        try conversation.render(
          with: try JinjaTemplate(source, name: file), clock: Goldens.clock)
      }
      #expect(found == expected, "\(file), \(name)")
    }
  }
}
