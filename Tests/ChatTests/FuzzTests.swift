import Chat
import Containers
import Testing

/// Published templates with random damage: whatever comes of it, nothing stops the program, and it
/// ends soon.
@Suite("damaged templates") struct FuzzTests {
  static let seed: UInt64 = 20_240_704
  static let rounds = 600

  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var value = state
      value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
      value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
      return value ^ (value >> 31)
    }
  }

  /// Pieces that change what a template means.
  private static let pieces = [
    "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "(", ")", "[", "]", "{", "}", "|", "~", ".", ",",
    ":", "'",
    "\"", "\\", "\n", " ", "0", "-1", "9223372036854775807", "1e308", "none", "not ", " in ",
    " is ", " if ",
    "{% endif %}", "{% endfor %}", "{% break %}", "loop", "loop.nextitem", "namespace()",
    "range(9)", "|list",
    "|tojson", "|map('upper')", "|sort", "|join", "[::-1]", "[1:]", ".items()", ".split()",
    "messages", "tools",
    "{% set x %}", "{% macro m(a, b=1) %}", "{% endmacro %}", "{{ m(1) }}", "* 99", "%", "//",
    "\u{301}",
  ].map { Array($0.unicodeScalars) }

  private static func damaged(_ source: [Unicode.Scalar], _ random: inout Random) -> String {
    var scalars = source
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard !scalars.isEmpty else { break }
      let place = Int.random(in: 0..<scalars.count, using: &random)
      let end = min(scalars.count, place + Int.random(in: 0...12, using: &random))
      switch Int.random(in: 0..<4, using: &random) {
      case 0: scalars.removeSubrange(place..<end)
      case 1: scalars.replaceSubrange(place..<end, with: pieces.randomElement(using: &random) ?? [])
      case 2: scalars.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
      default:
        let other = Int.random(in: 0..<scalars.count, using: &random)
        let part = scalars[other..<min(scalars.count, other + 40)]
        scalars.insert(contentsOf: Array(part), at: place)
      }
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  @Test func nothingStopsTheProgram() throws {
    print("damaged templates: seed \(Self.seed)")
    var random = Random(state: Self.seed)
    let sources = try Goldens.templates.map { file in
      Array((try Goldens.json("chat/templates/\(file)")["template"]?.string ?? "").unicodeScalars)
    }
    let conversations = Goldens.conversations.sorted { $0.key < $1.key }.map(\.value)
    var limits = RenderLimits()
    limits.steps = 20_000
    limits.memoryBytes = 16 << 20
    var rendered = 0
    for _ in 0..<Self.rounds {
      let source = Self.damaged(sources.randomElement(using: &random) ?? [], &random)
      let conversation = try #require(conversations.randomElement(using: &random))
      do throws(TemplateError) {
        let template = try JinjaTemplate(source)
        _ = try conversation.render(with: template, limits: limits, clock: Goldens.clock)
        rendered += 1
      } catch {
        #expect(!error.message.isEmpty || error.kind == .raised)
      }
    }
    // Damage that most templates survive, or that none does, would test little.
    #expect((Self.rounds / 20...Self.rounds * 19 / 20).contains(rendered))
  }
}
