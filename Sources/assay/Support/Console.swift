import Checkpoints
import Containers
import Foundation
import Synchronization

/// Data on stdout, everything else on stderr; colour only on a terminal.
enum Console {
  enum Style: String {
    case bold = "1", dim = "2", red = "31", green = "32", yellow = "33", cyan = "36"
  }

  static let outputIsTerminal = isatty(1) == 1
  static let errorIsTerminal = isatty(2) == 1
  private static let wantsColour = ProcessInfo.processInfo.environment["NO_COLOR"] == nil

  private struct State {
    /// Why stdout took no more; the first reason.
    var failure: Int32?
    var hasPrintedJSON = false
    /// Documents that a command of several steps collects.
    var documents: [JSONValue]?
  }
  private static let state = Mutex(State())

  /// Whether stdout has stopped taking what is printed: nobody will read the rest.
  static var isDeaf: Bool { state.withLock { $0.failure != nil } }
  static var hasPrintedJSON: Bool { state.withLock { $0.hasPrintedJSON } }

  static func print(_ text: String) {
    show(text + "\n")
  }

  /// A part of a line.
  static func show(_ text: String) {
    guard !isDeaf, let failure = write(text, to: 1) else { return }
    state.withLock { $0.failure = failure }
  }

  static func print(_ json: JSONValue) {
    let isCollected = state.withLock { state in
      state.documents?.append(json)
      return state.documents != nil
    }
    if isCollected { return }
    state.withLock { $0.hasPrintedJSON = true }
    print(json.serialized(pretty: outputIsTerminal))
  }

  /// The documents that `body` would have printed, also where it throws.
  static func collecting(_ body: () throws -> Void) -> (documents: [JSONValue], error: (any Error)?)
  {
    state.withLock { $0.documents = [] }
    var failure: (any Error)?
    do { try body() } catch { failure = error }
    let documents = state.withLock { state in
      defer { state.documents = nil }
      return state.documents ?? []
    }
    return (documents, failure)
  }

  /// Makes failures to write visible: a reader that left, or a limit on the size of files, kills
  /// nobody before the work is cleaned up, and a descriptor that the caller closed is not taken by
  /// the next file that is opened.
  static func prepare() {
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      // The wrong direction, so that using it fails as it would have.
      _ = open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Call at the end: throws where something that was printed did not arrive.
  static func finish() throws(FormatError) {
    guard let code = state.withLock({ $0.failure }) else { return }
    if code == EPIPE {
      // As for every program whose reader has seen enough.
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
    throw FormatError(
      .io, "cannot write: \(systemMessage(code))", file: "standard output",
      remedy: "Nothing or only a part of the answer arrived: check where it goes, and run again.")
  }

  static func error(_ text: String) {
    write(style("error: ", .red, terminal: errorIsTerminal) + text + "\n", to: 2)
  }
  static func note(_ text: String) { write(text + "\n", to: 2) }

  static func report(_ problems: [Problem]) {
    for problem in problems.grouped {
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
    if let file = problem.file { text += "\(file): " }
    text += "\(problem.subject): \(problem.message)"
    if let remedy = problem.remedy { text += "\n  \(remedy)" }
    return text
  }

  static func style(_ text: String, _ style: Style, terminal: Bool = outputIsTerminal) -> String {
    terminal && wantsColour ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
  }

  /// Returns why not all was written, or nil.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let wrote = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if wrote < 0 && errno == EINTR { continue }
      guard wrote > 0 else { return errno }
      bytes = bytes.dropFirst(wrote)
    }
    return nil
  }
}
