import Testing
@testable import Chat
@Suite("Jinja") struct JinjaTests { @Test func one() throws { #expect(try JinjaTemplate("a{{ 1 + 1 }}").render([:]) == "a2") } }
