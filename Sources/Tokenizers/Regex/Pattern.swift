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
      options | UInt32(PCRE2_UTF)
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

  /// Steps of backtracking in one match, and kilobytes of memory for it: far above what any real
  /// pre-tokenizer needs, and low enough that a hostile one fails within a second.
  private static let stepLimit: UInt32 = 10_000_000
  private static let memoryLimit: UInt32 = 256 << 10
  private static let stackLimit = 8 << 20

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

  /// The first match at or after `start` of a valid UTF-8 text; nil where there is none.
  @inline(__always)
  private func match(_ pattern: Pattern, _ text: UnsafeBufferPointer<UInt8>, from start: Int)
    throws(FormatError) -> Range<Int>?
  {
    let options = UInt32(PCRE2_NO_UTF_CHECK)
    var code =
      pattern.isCompiledToMachineCode
      ? pcre2_jit_match_8(
        pattern.code, text.baseAddress, text.count, start, options, data, context)
      : PCRE2_ERROR_JIT_STACKLIMIT
    // Machine code is bounded by its stack; the interpreter has more room, and its own limits.
    if code == PCRE2_ERROR_JIT_STACKLIMIT {
      code = pcre2_match_8(
        pattern.code, text.baseAddress, text.count, start, options | UInt32(PCRE2_NO_JIT), data,
        context)
    }
    if code == PCRE2_ERROR_NOMATCH { return nil }
    guard code >= 0, let vector = pcre2_get_ovector_pointer_8(data) else {
      throw FormatError(
        .damaged, "the pattern runs away on this text: \(Pattern.message(code))",
        subject: "regex", found: String(pattern.source.prefix(200)),
        remedy: "Get the tokenizer from its original source.")
    }
    // `\K` in a lookahead could put the start behind the end; no such pattern compiles here.
    return vector[0] <= vector[1] ? vector[0]..<vector[1] : nil
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
