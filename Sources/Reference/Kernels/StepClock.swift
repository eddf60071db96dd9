import Foundation

/// Where the time of a forward pass goes, by kind of step: what a benchmark shows as a profile.
public final class StepClock {
  public enum Step: String, Sendable, CaseIterable {
    case matrix, attention, norm, rope, activation, residual
  }

  private var nanoseconds = [UInt64](repeating: 0, count: Step.allCases.count)

  static var now: UInt64 { DispatchTime.now().uptimeNanoseconds }

  func add(_ step: Step, since start: UInt64) {
    for (index, known) in Step.allCases.enumerated() where known == step {
      nanoseconds[index] += StepClock.now - start
    }
  }

  /// Seconds since the last reset; attention includes its softmax.
  public func seconds(_ step: Step) -> Double {
    zip(Step.allCases, nanoseconds).reduce(0) { $1.0 == step ? Double($1.1) * 1e-9 : $0 }
  }

  public func reset() {
    for index in nanoseconds.indices { nanoseconds[index] = 0 }
  }
}
