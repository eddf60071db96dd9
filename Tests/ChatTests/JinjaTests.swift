import Chat
import Containers
import Testing

/// Small cases, compared with Jinja2.
@Suite("Jinja") struct JinjaTests {
  @Test func equalsJinja2() throws {
    let golden = try Goldens.json("chat/cases.json")
    let variables = JSONValue(try #require(golden["variables"]))
    let cases = try #require(golden["cases"])
    #expect(cases.count > 1000)
    for element in cases.elements {
      let source = try #require(element["source"]?.string)
      let found = Goldens.Outcome { () throws(TemplateError) in
        try JinjaTemplate(source, name: "case").render(variables, clock: Goldens.clock)
      }
      #expect(found == Goldens.Outcome(element), "\(source.debugDescription)")
    }
  }
}
