/// Dimensions of a tensor, outermost first (row-major), as safetensors writes them.
/// GGUF's reversed order exists only inside the GGUF reader and writer.
public struct Shape: Hashable, Sendable, CustomStringConvertible {
  public let dimensions: [Int]

  public init(_ dimensions: [Int]) { self.dimensions = dimensions }

  /// The product of all dimensions; nil where a dimension is negative or the product overflows.
  public var elementCount: Int? {
    var product = 1
    for dimension in dimensions {
      guard dimension >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Elements of one row: the innermost dimension, 1 for a scalar.
  public var rowLength: Int { dimensions.last ?? 1 }
  /// Number of rows: the product of all but the innermost dimension.
  /// - Precondition: `elementCount` is not nil, as in every `TensorInfo`.
  public var rowCount: Int { dimensions.dropLast().reduce(1, *) }

  /// Without outer axes of length 1, which ggml does not tell from their absence: llama-quantize
  /// drops those that llama.cpp's converter writes.
  public var withoutOuterOnes: Shape {
    Shape(Array(dimensions.dropLast().drop { $0 == 1 } + dimensions.suffix(1)))
  }

  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
