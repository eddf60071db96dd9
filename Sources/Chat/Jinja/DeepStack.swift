import Foundation

/// Runs work on a thread with a stack of its own.
///
/// Parsing and evaluation recurse as deep as their limits allow, and a caller may stand on a thread
/// of half a megabyte. The deepest evaluation takes less than 48 MB of it in a debug build.
enum DeepStack {
  static let bytes = 128 << 20

  static func run<Result: Sendable>(
    _ work: @escaping @Sendable () throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    let outcome = Outcome<Result>()
    let thread = Thread {
      do throws(TemplateError) {
        outcome.result = .success(try work())
      } catch {
        outcome.result = .failure(error)
      }
      outcome.done.signal()
    }
    thread.stackSize = bytes
    thread.start()
    outcome.done.wait()
    guard let result = outcome.result else {
      throw TemplateError(.limit, "no thread to render the template on")
    }
    return try result.get()
  }

  /// Written before the signal and read after the wait.
  private final class Outcome<Result: Sendable>: @unchecked Sendable {
    let done = DispatchSemaphore(value: 0)
    var result: Swift.Result<Result, TemplateError>?
  }
}
