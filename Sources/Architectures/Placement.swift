import Containers

/// Where the rows of a logical tensor stand in the files of one convention.
///
/// A string literal is the common case: a file tensor of its own. `*` in a name is the number of an
/// expert: each has its own file tensor.
public struct Placement: Sendable, ExpressibleByStringLiteral {
  public enum Arrangement: Sendable {
    /// The file tensor holds this logical tensor alone.
    case alone
    /// It holds the rows of all its logical tensors, one after another, in the order in which the
    /// family lists them; in a stack of experts, within each expert.
    case inOrder
    /// The same in so many groups: each has its share of every logical tensor's rows.
    case grouped(Size)
    /// One row of each logical tensor in turn.
    case alternating
  }

  /// Without `.weight` or `.bias`; within a block, without the block's prefix.
  public let name: String
  public var arrangement = Arrangement.alone
  /// The file holds columns as rows (and stacks of such matrices).
  public var isTransposed = false
  /// Whether `.weight` or `.bias` follows the name.
  public var hasSuffix = true
  /// The file tensor's shape where it is not what follows from the logical ones: axes of length 1.
  public var shape: [Size]?
  /// The file has MXFP4 in two tensors, one of blocks and one of scales (`MicroscaledTensors`).
  public var isMicroscaled = false

  public init(stringLiteral name: String) { self.name = name }

  public init(
    _ name: String, _ arrangement: Arrangement = .alone, isTransposed: Bool = false,
    hasSuffix: Bool = true, shape: [Size]? = nil
  ) {
    self.name = name
    self.arrangement = arrangement
    self.isTransposed = isTransposed
    self.hasSuffix = hasSuffix
    self.shape = shape
  }

  /// Part of a file tensor that several logical tensors share.
  public static func fused(_ name: String, isTransposed: Bool = false) -> Placement {
    Placement(name, .inOrder, isTransposed: isTransposed)
  }

  /// The same, under a role of GGUF.
  public static func fused(_ role: TensorRole) -> Placement { .fused(role.rawValue) }

  /// Part of a shared file tensor in which each of `groups` groups has its share of all.
  public static func fused(_ name: String, groups: Size) -> Placement {
    Placement(name, .grouped(groups))
  }

  /// Part of a shared file tensor whose rows are of one logical tensor after another, in turn.
  public static func alternating(_ name: String, isTransposed: Bool = false) -> Placement {
    Placement(name, .alternating, isTransposed: isTransposed)
  }

  /// A file tensor with rows and columns exchanged.
  public static func transposed(_ name: String) -> Placement {
    Placement(name, isTransposed: true)
  }

  /// A name that neither `.weight` nor `.bias` follows.
  public static func bare(_ name: String, shape: [Size]? = nil) -> Placement {
    Placement(name, hasSuffix: false, shape: shape)
  }

  /// MXFP4 in two tensors: `name` with `_blocks`, and with `_scales`.
  public static func microscaled(_ name: String, _ arrangement: Arrangement = .alone) -> Placement {
    var placement = Placement(
      name + MicroscaledTensors.codesSuffix, arrangement, hasSuffix: false)
    placement.isMicroscaled = true
    return placement
  }

  var isPerExpert: Bool { name.contains("*") }

  /// The same under a name that begins otherwise.
  func replacing(prefix: String, with other: String) -> Placement {
    guard name.hasPrefix(prefix) else { return self }
    return Placement(
      other + name.dropFirst(prefix.count), arrangement, isTransposed: isTransposed,
      hasSuffix: hasSuffix, shape: shape)
  }
}

/// What is done to the values of a small tensor on its way from Hugging Face's files to a GGUF.
/// The runner computes with the GGUF's values.
public enum ValueMap: Sendable, Equatable {
  case identity
  /// 1 + w: norms that are stored around zero.
  case plusOne
  /// -e^w: the decay rates of a delta net.
  case negativeExponential
  case negative

  public func gguf(_ values: [Float]) -> [Float] {
    switch self {
    case .identity: values
    case .plusOne: values.map { $0 + 1 }
    case .negativeExponential: values.map { -ValueMap.exp($0) }
    case .negative: values.map { -$0 }
    }
  }

  /// The way back, as near as it comes.
  public func huggingFace(_ values: [Float]) -> [Float] {
    switch self {
    case .identity: values
    case .plusOne: values.map { $0 - 1 }
    case .negativeExponential: values.map { ValueMap.log(-$0) }
    case .negative: values.map { -$0 }
    }
  }
}
