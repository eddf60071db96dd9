/// The mean of a sample and how uncertain it is.
public struct Mean: Sendable, Equatable {
  public let value: Double
  /// Standard error of the mean.
  public let standardError: Double

  public init(_ samples: [Double]) {
    guard !samples.isEmpty else {
      value = 0
      standardError = 0
      return
    }
    let count = Double(samples.count)
    let mean = samples.reduce(0, +) / count
    let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    value = mean
    standardError = samples.count > 1 ? (variance / (count - 1)).squareRoot() : 0
  }
}

extension [Double] {
  /// The q-th quantile of sorted samples, interpolated between neighbours.
  func quantile(_ q: Double) -> Double {
    guard let last else { return 0 }
    let place = q * Double(count - 1)
    let index = Int(place)
    return index + 1 < count
      ? self[index] + (self[index + 1] - self[index]) * (place - Double(index)) : last
  }
}

/// Sums from which the distance of two vectors follows.
struct Distance: Sendable {
  private(set) var squaredDifference = 0.0
  private var squaredReference = 0.0
  private var squaredCandidate = 0.0
  private var product = 0.0
  private(set) var largest = 0.0
  private var count = 0

  mutating func add(
    _ reference: UnsafeBufferPointer<Float>, _ candidate: UnsafeBufferPointer<Float>
  ) {
    for index in reference.indices {
      let a = Double(reference[index]), b = Double(candidate[index])
      squaredDifference += (a - b) * (a - b)
      squaredReference += a * a
      squaredCandidate += b * b
      product += a * b
      largest = max(largest, abs(a - b))
    }
    count += reference.count
  }

  mutating func add(_ other: Distance) {
    squaredDifference += other.squaredDifference
    squaredReference += other.squaredReference
    squaredCandidate += other.squaredCandidate
    product += other.product
    largest = max(largest, other.largest)
    count += other.count
  }

  /// Σ(a − b)² / Σa². NaN in either makes it NaN.
  var nmse: Double {
    squaredDifference == 0 ? 0 : squaredDifference / squaredReference
  }
  var isReferenceFinite: Bool { squaredReference.isFinite }
  var isCandidateFinite: Bool { squaredCandidate.isFinite }
  var rms: Double { count == 0 ? 0 : (squaredDifference / Double(count)).squareRoot() }
  var cosine: Double {
    let norm = (squaredReference * squaredCandidate).squareRoot()
    return norm == 0 ? (squaredDifference == 0 ? 1 : 0) : product / norm
  }
}
