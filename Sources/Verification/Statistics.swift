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
  private typealias Lanes = SIMD8<Double>

  /// Both have as many elements.
  mutating func add(
    _ reference: UnsafeBufferPointer<Float>, _ candidate: UnsafeBufferPointer<Float>
  ) {
    // Eight sums side by side, always the same eight: no addition waits for the one before it.
    let whole = reference.count / 8 * 8
    var (difference, references, candidates) = (Lanes.zero, Lanes.zero, Lanes.zero)
    var (products, most) = (Lanes.zero, Lanes.zero)
    let (left, right) = (UnsafeRawBufferPointer(reference), UnsafeRawBufferPointer(candidate))
    for start in stride(from: 0, to: whole * 4, by: 32) {
      let a = Lanes(left.loadUnaligned(fromByteOffset: start, as: SIMD8<Float>.self))
      let b = Lanes(right.loadUnaligned(fromByteOffset: start, as: SIMD8<Float>.self))
      let apart = a - b
      difference += apart * apart
      references += a * a
      candidates += b * b
      products += a * b
      let size = apart.replacing(with: -apart, where: apart .< 0)
      most.replace(with: size, where: size .> most)
    }
    squaredDifference += difference.sum()
    squaredReference += references.sum()
    squaredCandidate += candidates.sum()
    product += products.sum()
    largest = max(largest, most.max())
    for index in whole..<reference.count {
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
