import Foundation
import Synchronization

/// One line on stderr, redrawn: share, rate, time left. Silent unless stderr is a terminal and the
/// work takes more than a second.
final class ProgressLine: Sendable {
  private struct State {
    var lastDraw = Date.distantPast
    var isDrawn = false
  }
  private let label: String
  private let start = Date()
  private let isActive: Bool
  private let state = Mutex(State())

  init(_ label: String, active: Bool = true) {
    self.label = label
    isActive = active && Console.errorIsTerminal
  }

  /// `rate` describes the speed so far, from the seconds that have passed.
  func update(done: Double, of total: Double, rate: (Double) -> String) {
    guard isActive, total > 0 else { return }
    let elapsed = Date().timeIntervalSince(start)
    guard elapsed > 1 else { return }
    let draws = state.withLock { state in
      guard Date().timeIntervalSince(state.lastDraw) > 0.1 else { return false }
      state.lastDraw = Date()
      state.isDrawn = true
      return true
    }
    guard draws else { return }
    let share = min(1, done / total)
    let width = 24, filled = Int(share * Double(width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    let left = share > 0 ? Numbers.duration(elapsed / share - elapsed) + " left" : ""
    Console.write(
      "\r\u{1b}[K\(label) \(bar) \(Numbers.percent(share, 0))  \(rate(elapsed))  \(left)", to: 2)
  }

  func finish() {
    if state.withLock({ $0.isDrawn }) { Console.write("\r\u{1b}[K", to: 2) }
  }
}
