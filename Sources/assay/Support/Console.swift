import Checkpoints
import Containers
import Foundation

/// Data on stdout, everything else on stderr; colour only on a terminal.
enum Console {
  enum Style: String {
    case bold = "1", dim = "2", red = "31", green = "32", yellow = "33", cyan = "36"
  }

  static let outputIsTerminal = isatty(1) == 1
  static let errorIsTerminal = isatty(2) == 1
  private static let wantsColour = ProcessInfo.processInfo.environment["NO_COLOR"] == nil

  static func print(_ text: String) { write(text + "\n", to: 1) }
  static func print(_ json: JSONValue) { print(json.serialized(pretty: outputIsTerminal)) }

  static func error(_ text: String) {
    write(style("error: ", .red, terminal: errorIsTerminal) + text + "\n", to: 2)
  }
  static func note(_ text: String) { write(text + "\n", to: 2) }

  static func report(_ problems: [Problem]) {
    for problem in problems {
      write(line(problem, terminal: errorIsTerminal) + "\n", to: 2)
    }
  }

  static func line(_ problem: Problem, terminal: Bool) -> String {
    let colour: Style =
      switch problem.severity {
      case .error: .red
      case .warning: .yellow
      case .note: .cyan
      }
    var text = style("\(problem.severity.rawValue): ", colour, terminal: terminal)
    text += "\(problem.subject): \(problem.message)"
    if let remedy = problem.remedy { text += "\n  \(remedy)" }
    return text
  }

  static func style(_ text: String, _ style: Style, terminal: Bool = outputIsTerminal) -> String {
    terminal && wantsColour ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
  }

  static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let wrote = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if wrote < 0 && errno == EINTR { continue }
      guard wrote > 0 else { return }
      bytes = bytes.dropFirst(wrote)
    }
  }
}
