import Architectures
import Checkpoints
import Containers
import Quantization
import Tensors

/// What a conversion will write, exact to the byte, before it writes any of it.
public struct ConversionPlan: Sendable {
  /// One tensor of the output.
  public struct Step: Sendable {
    public enum Source: Sendable {
      case tensor(TensorInfo)
      /// Rows of one tensor or several, in another order.
      case rows(RowSource)
      /// One of the two tensors that rows of MXFP4 are written as.
      case microscaled(RowSource, MicroscaledPart)
      /// A small tensor that is computed before: from hyper-parameters, or from another's values.
      case values([Float])
      /// The same, in the type in which it is written.
      case bytes([UInt8])

      /// The types that the source's tensors have; none where the values are computed.
      public var types: [DType] {
        switch self {
        case .tensor(let info): [info.dtype]
        case .rows(let rows), .microscaled(let rows, _):
          rows.slots.map(\.info.dtype).reduce(into: []) { types, type in
            if !types.contains(type) { types.append(type) }
          }
        case .values, .bytes: []
        }
      }
    }
    public let source: Source
    public let info: TensorInfo
    public let offset: Int
    /// A narrower type that the values are known to have come from: any loss is an error.
    public let mustBeExact: Bool
    /// Weights of the columns, for one expert after another.
    public let importance: [Float]?

    /// The tensor as its owner knows it: by the source's name.
    var subject: String { if case .tensor(let info) = source { info.name } else { info.name } }
  }
  /// A small file that is written beside the weights.
  public struct Companion: Sendable {
    public let name: String
    public let bytes: [UInt8]
  }

  public let source: any TensorFile
  /// In the order of the file.
  public let steps: [Step]
  public let header: [UInt8]
  public let byteCount: Int
  public let fallbacks: [Recipe.Fallback]
  public let problems: [Problem]
  public let companions: [Companion]
  /// Why it can be printed, but not carried out.
  public let obstacle: FormatError?

  struct Draft {
    var source: Step.Source
    var info: TensorInfo
    var mustBeExact = false
    var importance: [Float]?
  }

  init(
    source: any TensorFile, drafts: [Draft], layout: FileLayout,
    fallbacks: [Recipe.Fallback], problems: [Problem], companions: [Companion] = [],
    obstacle: FormatError? = nil
  ) {
    self.obstacle = obstacle
    self.source = source
    steps = zip(drafts, layout.entries).map { draft, entry in
      Step(
        source: draft.source, info: entry.info, offset: entry.offset,
        mustBeExact: draft.mustBeExact, importance: draft.importance)
    }
    header = layout.header
    byteCount = layout.byteCount
    self.fallbacks = fallbacks
    self.problems = problems
    self.companions = companions
  }

  public var bitsPerWeight: Double { steps.map(\.info).bitsPerWeight }

  /// The same error, known to be about the file that the step reads.
  func located(_ error: FormatError, in step: Step) -> FormatError {
    guard case .tensor(let info) = step.source, let place = try? source.location(of: info) else {
      return error
    }
    return error.inFile(place.file.path)
  }

  /// Where a tensor's values come from, but for those that change on the way.
  static func rows(_ model: Model, _ tensor: FileTensor) -> Step.Source {
    let rows = RowSource(model: model, target: tensor)
    return rows.whole.map(Step.Source.tensor) ?? .rows(rows)
  }

  static func info(_ name: String, _ dtype: DType, _ shape: Shape) throws(FormatError) -> TensorInfo
  {
    guard let info = TensorInfo(name: name, dtype: dtype, shape: shape) else {
      throw FormatError(
        .damaged, "cannot be given this type", subject: name, found: "\(dtype.name) \(shape)",
        remedy: "Choose a type whose blocks divide its rows, such as Q8_0 or BF16.")
    }
    return info
  }
}
