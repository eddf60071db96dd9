import Containers
import Tensors

extension Architecture {
  /// Every file tensor that a convention has for a model with these numbers, in the order of the
  /// family's list. Generated tensors are among a GGUF's.
  /// Throws where the numbers do not divide as the family needs it.
  public func files(
    _ convention: Convention, layout: Int = 0, _ parameters: HyperParameters
  ) throws(FormatError) -> [FileTensor] {
    var order: [String] = []
    var drafts: [String: Draft] = [:]
    for spec in tensors {
      if spec.isGenerated && convention == .huggingFace { continue }
      let placement = spec.placement(convention, layout: layout)
      let blocks: [Int?] = spec.scope == .model ? [nil] : Array(0..<parameters.blockCount)
      for block in blocks where spec.isGenerated || spec.isPresent(parameters, block: block) {
        // Mostly experts; heads where each has a norm of its own.
        let experts: [Int?] =
          placement.isPerExpert ? Array(0..<(spec.shape.first?.resolved(parameters) ?? 0)) : [nil]
        for expert in experts {
          let name = name(
            placement, spec.part, block: block, expert: expert, convention, layout: layout)
          if drafts[name] == nil { order.append(name) }
          drafts[name, default: Draft(placement: placement, block: block)]
            .parts.append((spec, expert))
        }
      }
    }
    var result: [FileTensor] = []
    for name in order {
      guard let draft = drafts[name] else { continue }
      result.append(try file(name, draft, convention, parameters))
    }
    return result
  }

  /// The full name of the file tensor that holds a logical one. `block` is nil for tensors of the
  /// whole model, `expert` for those that hold all experts.
  public func name(
    of spec: TensorSpec, block: Int?, expert: Int? = nil, _ convention: Convention, layout: Int = 0
  ) -> String {
    name(
      spec.placement(convention, layout: layout), spec.part, block: block, expert: expert,
      convention, layout: layout)
  }

  private func name(
    _ placement: Placement, _ part: TensorSpec.Part, block: Int?, expert: Int?,
    _ convention: Convention, layout: Int
  ) -> String {
    let blocks =
      convention == .gguf
      ? "blk." : blockPrefixes.indices.contains(layout) ? blockPrefixes[layout] : blockPrefixes[0]
    let prefix = block.map { "\(blocks)\($0)." } ?? ""
    let stem =
      expert.map { placement.name.replacing("*", with: "\($0)", maxReplacements: 1) }
      ?? placement.name
    return prefix + stem + (placement.hasSuffix ? "." + part.rawValue : "")
  }

  private struct Draft {
    let placement: Placement
    let block: Int?
    var parts: [(spec: TensorSpec, expert: Int?)] = []
  }

  private func file(
    _ name: String, _ draft: Draft, _ convention: Convention, _ parameters: HyperParameters
  ) throws(FormatError) -> FileTensor {
    func fail(_ found: String) -> FormatError {
      FormatError(
        .damaged, "the numbers do not divide as the family needs it", subject: name, found: found)
    }
    guard let first = draft.parts.first?.spec else { throw fail("nothing") }
    let shape = first.shape(parameters).dimensions
    let columns = first.isVector ? 1 : shape.last ?? 1
    // Groups run across a whole tensor, whatever it stacks.
    let isFlat = if case .grouped = draft.placement.arrangement { true } else { false }
    let isStack = first.isStack && !isFlat
    let slices = isStack && draft.parts.first?.expert == nil ? shape[0] : 1
    var lengths: [Int] = []
    for part in draft.parts {
      let shape = part.spec.shape(parameters).dimensions
      var rows = part.spec.isVector ? shape : Array(shape.dropLast())
      if isStack, !rows.isEmpty { rows.removeFirst() }
      let count = rows.reduce((partialValue: 1, overflow: false)) {
        let product = $0.partialValue.multipliedReportingOverflow(by: $1)
        return (product.partialValue, $0.overflow || product.overflow)
      }
      guard !count.overflow, count.partialValue > 0, count.partialValue < 1 << 40 else {
        throw fail("\(shape)")
      }
      lengths.append(count.partialValue)
    }
    let total = lengths.reduce(0, +)
    var strips: [FileTensor.Strip] = []
    var base = 0
    for (part, length) in zip(draft.parts, lengths) {
      let groups: Int
      switch draft.placement.arrangement {
      case .alone, .inOrder: groups = 1
      case .grouped(let size): groups = size.resolved(parameters)
      case .alternating: groups = length
      }
      guard groups > 0, length % groups == 0, total % groups == 0 else {
        throw fail("\(length) rows in \(groups) groups")
      }
      let heads = part.spec.rotated?.resolved(parameters)
      guard heads.map({ $0 > 0 && length % (2 * $0) == 0 }) ?? true else {
        throw fail("\(length) rows in \(heads ?? 0) heads")
      }
      if case .rows(let after)? = part.spec.tiled {
        let (moved, heads) = (length - after.resolved(parameters), parameters.ssmTimeStepRank)
        guard moved >= 0, heads > 0, moved % heads == 0 else {
          throw fail("\(moved) rows of \(heads) value heads")
        }
      }
      strips.append(
        FileTensor.Strip(
          spec: part.spec, block: draft.block, expert: part.expert, rows: length, base: base,
          groups: groups, stride: groups == 1 ? length : total / groups,
          order: transform(part.spec, from: .huggingFace, to: convention, parameters),
          columnOrder: columnTransform(
            part.spec, from: .huggingFace, to: convention, parameters)))
      base += length / groups
    }
    return FileTensor(
      name: name,
      role: convention == .gguf
        ? TensorRole(rawValue: draft.placement.name) ?? first.role : first.role,
      part: first.part, block: draft.block,
      shape: fileShape(draft, first, slices: slices, rows: total, isStack: isStack, parameters),
      isTransposed: draft.placement.isTransposed && !first.isVector,
      isMicroscaled: draft.placement.isMicroscaled, strips: strips,
      sliceRows: total, rows: slices * total, columns: columns)
  }

  private func fileShape(
    _ draft: Draft, _ first: TensorSpec, slices: Int, rows: Int, isStack: Bool,
    _ parameters: HyperParameters
  ) -> Shape {
    if let shape = draft.placement.shape { return Shape(shape.map { $0.resolved(parameters) }) }
    let logical = first.shape(parameters).dimensions
    let stack = isStack && draft.parts.first?.expert == nil ? [slices] : []
    if case .alone = draft.placement.arrangement, !draft.placement.isTransposed {
      return Shape(isStack && stack.isEmpty ? Array(logical.dropFirst()) : logical)
    }
    if first.isVector { return Shape(stack + [rows]) }
    let columns = logical.last ?? 1
    return Shape(stack + (draft.placement.isTransposed ? [columns, rows] : [rows, columns]))
  }
}
