import CPCRE2
import Containers

/// A compiled pattern. Matching is bounded: a pattern that would run away is an error.
final class Pattern: Sendable {
  /// Immutable after `init`, and PCRE2 lets any number of threads match with it.
  nonisolated(unsafe) fileprivate let code: OpaquePointer
  fileprivate let isCompiledToMachineCode: Bool
  /// As the file spells it.
  let source: String

  /// Compiles a pattern in the syntax of Oniguruma.
  convenience init(oniguruma source: String) throws(FormatError) {
    try self.init(try OnigurumaPattern.translate(source), source: source, options: 0)
  }

  /// Compiles a pattern that matches exactly this text.
  convenience init(literal text: String) throws(FormatError) {
    try self.init(text, source: text, options: UInt32(PCRE2_LITERAL))
  }

  /// The pattern, PCRE2's parenthesis limit, and its own 64 kB limit on compiled size bound the
  /// memory that a hostile pattern takes.
  private static let sizeLimit = 1 << 16

  private init(_ pattern: String, source: String, options: UInt32) throws(FormatError) {
    func refusal(_ message: String) -> FormatError {
      FormatError(
        .unknown, "the pattern cannot be compiled: \(message)", subject: "regex",
        found: String(source.prefix(200)))
    }
    let bytes = Array(pattern.utf8)
    guard bytes.count <= Pattern.sizeLimit else { throw refusal("it is too long") }
    var error: Int32 = 0
    var place = 0
    guard let context = pcre2_compile_context_create_8(nil) else { throw refusal("no memory") }
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    let isLiteral = options & UInt32(PCRE2_LITERAL) != 0
    let code = pcre2_compile_8(
      bytes, bytes.count,
      options | UInt32(PCRE2_UTF) | UInt32(PCRE2_USE_OFFSET_LIMIT)
        | (isLiteral ? 0 : UInt32(PCRE2_NEVER_BACKSLASH_C) | UInt32(PCRE2_DOLLAR_ENDONLY)),
      &error, &place, context)
    guard let code else { throw refusal(Pattern.message(error)) }
    self.code = code
    self.source = source
    isCompiledToMachineCode = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE)) == 0
  }

  deinit { pcre2_code_free_8(code) }

  fileprivate static func message(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(code, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, Int(length))), as: UTF8.self)
  }
}

/// The memory of one thread's matching, reused from match to match.
final class Matcher {
  private let data: OpaquePointer
  private let context: OpaquePointer
  private let stack: OpaquePointer?
  /// When matching has taken so long that it will not end.
  private var deadline = ContinuousClock.now
  private var untimedMatches = 0

  /// Steps of backtracking in one match, and kilobytes of memory for it: far above what any real
  /// pre-tokenizer needs, and low enough that a hostile one fails within a second.
  private static let stepLimit: UInt32 = 10_000_000
  private static let memoryLimit: UInt32 = 256 << 10
  private static let stackLimit = 8 << 20
  /// Starting points that are tried between two looks at the clock.
  private static let stride = 256

  init?() {
    guard let data = pcre2_match_data_create_8(1, nil) else { return nil }
    guard let context = pcre2_match_context_create_8(nil) else {
      pcre2_match_data_free_8(data)
      return nil
    }
    self.data = data
    self.context = context
    pcre2_set_match_limit_8(context, Matcher.stepLimit)
    pcre2_set_heap_limit_8(context, Matcher.memoryLimit)
    stack = pcre2_jit_stack_create_8(32 << 10, Matcher.stackLimit, nil)
    if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
  }

  deinit {
    pcre2_match_data_free_8(data)
    pcre2_match_context_free_8(context)
    if let stack { pcre2_jit_stack_free_8(stack) }
  }

  /// Sets the time that matching may take from now on. PCRE2 bounds the work at one starting point;
  /// a pattern that reads the whole text at every one is bounded by this: a hundred times what a
  /// pre-tokenizer takes.
  func allow(bytes: Int, atLeast least: Duration = .seconds(4)) {
    deadline = .now + least + .microseconds(4) * bytes
    untimedMatches = 0
  }

  private func checkTime(_ pattern: Pattern) throws(FormatError) {
    untimedMatches = 0
    guard ContinuousClock.now > deadline else { return }
    throw Matcher.runaway(pattern, "it reads the text again and again")
  }

  private static func runaway(_ pattern: Pattern, _ message: String) -> FormatError {
    FormatError(
      .damaged, "the pattern runs away on this text: \(message)", subject: "regex",
      found: String(pattern.source.prefix(200)),
      remedy: "Get the tokenizer from its original source.")
  }

  /// The first match at or after `start` of a valid UTF-8 text; nil where there is none.
  private func match(_ pattern: Pattern, _ text: UnsafeBufferPointer<UInt8>, from start: Int)
    throws(FormatError) -> Range<Int>?
  {
    untimedMatches += 1
    if untimedMatches > Matcher.stride { try checkTime(pattern) }
    var start = start
    while true {
      let limit = min(start + Matcher.stride, text.count)
      pcre2_set_offset_limit_8(context, limit)
      let code = run(pattern, text, from: start)
      if code == PCRE2_ERROR_NOMATCH {
        if limit == text.count { return nil }
        try checkTime(pattern)
        start = limit + 1
        while start < text.count, text[start] & 0xc0 == 0x80 { start += 1 }
        continue
      }
      guard code >= 0, let vector = pcre2_get_ovector_pointer_8(data) else {
        throw Matcher.runaway(pattern, Pattern.message(code))
      }
      // Only `\K` in a lookahead puts the start behind the end, and no such pattern compiles here.
      return vector[0] <= vector[1] ? vector[0]..<vector[1] : nil
    }
  }

  @inline(__always)
  private func run(_ pattern: Pattern, _ text: UnsafeBufferPointer<UInt8>, from start: Int)
    -> Int32
  {
    let options = UInt32(PCRE2_NO_UTF_CHECK)
    if pattern.isCompiledToMachineCode {
      let code = pcre2_jit_match_8(
        pattern.code, text.baseAddress, text.count, start, options, data, context)
      // Machine code is bounded by its stack; the interpreter has more room, and its own limits.
      if code != PCRE2_ERROR_JIT_STACKLIMIT { return code }
    }
    return pcre2_match_8(
      pattern.code, text.baseAddress, text.count, start, options | UInt32(PCRE2_NO_JIT), data,
      context)
  }

  /// Calls `body` with every match in `text`, as Oniguruma's iterator finds them: an empty match
  /// right after the last match is passed over.
  func forEachMatch(
    of pattern: Pattern, in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) throws(FormatError) {
    var start = 0
    var lastEnd = -1
    while start <= text.count, let found = try match(pattern, text, from: start) {
      if found.isEmpty, found.lowerBound == lastEnd {
        // `found.lowerBound` may lie beyond `start` only where the last match ended there.
        start += 1
        while start < text.count, text[start] & 0xc0 == 0x80 { start += 1 }
        continue
      }
      body(found)
      start = found.upperBound
      lastEnd = found.upperBound
    }
  }
}
