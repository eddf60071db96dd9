import CKernels
import Tensors

extension Numerics {
  /// out[t][n] = Σ x[t][i] · w[n][i] (+ bias[n]), for `tokens` rows of x.
  ///
  /// Each output is one chain of fused multiply-adds over i from +0.0; the bias is added last.
  /// x is rounded first where `activations` says so.
  /// Rows of `x` and `out` are `xStride` and `outStride` floats apart, by default their length.
  public func multiply(
    _ x: UnsafePointer<Float>, tokens: Int, by weights: Weights,
    bias: UnsafePointer<Float>? = nil, into out: UnsafeMutablePointer<Float>,
    xStride: Int? = nil, outStride: Int? = nil
  ) {
    guard tokens > 0, weights.outputs > 0 else { return }
    let start = StepClock.now
    defer { clock.add(.matrix, since: start) }
    var (x, xStride) = (x, xStride ?? weights.columns)
    if let format = activations.rounding(for: weights.decoder.dtype) {
      x = round(x, tokens: tokens, columns: weights.columns, xStride: xStride, to: format)
      xStride = weights.columns
    }
    // Weights that need not be packed are taken as they stand. An item takes some units: packed
    // panels share each pass over x, rows as they stand follow each other in memory. There are
    // enough items that the threads end together.
    let standsPlainly = weights.columns > 0 && weights.columnRuns == nil
    let few = tokens <= Panel.few && standsPlainly ? weights.decoder.few : nil
    let width = few == nil ? Panel.width : Int(ASSAY_FEW_ROWS)
    let units = (weights.outputs + width - 1) / width
    let group =
      few == nil
      ? max(1, min(Panel.group, units / (2 * workers.threads)))
      : (units + 8 * workers.threads - 1) / (8 * workers.threads)
    let parts = scratch.parts(of: Panel.scratch + tokens * width)
    let job = MatrixJob(
      math: math, floatPanel: kernels.table.pointee.f32.panel, x: x, xStride: xStride,
      tokens: tokens, weights: weights, few: few, width: width,
      bias: bias, out: out, outStride: outStride ?? weights.outputs)
    workers.run(count: (units + group - 1) / group) { item, worker in
      job.run(units: item * group..<min((item + 1) * group, units), scratch: parts[worker])
    }
  }
}

/// Sizes of the packed weights. None of them can be seen in the result.
enum Panel {
  static let width = Int(ASSAY_PANEL)
  /// Panels that are kept packed at once, and elements of each row of them: together in L2.
  static let group = 4
  static let slice = 512
  /// Tokens that do not pay for packing: two passes over the rows, the second from cache.
  static let few = 2 * Int(ASSAY_FEW)
  /// Decoded rows, then the packed panels.
  static let scratch = slice * width * (1 + group)
}

private struct MatrixJob: @unchecked Sendable {
  let math: assay_math
  let floatPanel: assay_panel_fn?
  let x: UnsafePointer<Float>
  let xStride: Int
  let tokens: Int
  let weights: Weights
  let few: assay_few_fn?
  /// Outputs of one unit: a panel, or as many rows as `few` takes.
  let width: Int
  let bias: UnsafePointer<Float>?
  let out: UnsafeMutablePointer<Float>
  let outStride: Int

  func run(units: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
    let edge = scratch + Panel.scratch
    if let few {
      multiply(units: units, by: few, edge: edge)
    } else {
      many(panels: units, scratch: scratch)
    }
    finish(units: units, edge: edge)
  }

  /// Where a unit's sums go: the last may be wider than what is left of `out`, and takes `edge`.
  private func target(
    _ unit: Int, _ edge: UnsafeMutablePointer<Float>
  ) -> (UnsafeMutablePointer<Float>, stride: Int) {
    (unit + 1) * width <= weights.outputs ? (out + unit * width, outStride) : (edge, width)
  }

  /// Straight from the rows.
  private func multiply(
    units: Range<Int>, by few: assay_few_fn, edge: UnsafeMutablePointer<Float>
  ) {
    // Those of a unit and of the next; the last row stands for those behind it.
    withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: 2 * width) { rows in
      guard let base = rows.baseAddress, weights.bytes.baseAddress != nil else { return }
      for unit in units {
        for row in 0..<2 * width {
          let output = min(unit * width + row, weights.outputs - 1)
          rows.initializeElement(at: row, to: weights.start(of: output, column: 0))
        }
        let (target, stride) = target(unit, edge)
        // Two passes share the tokens evenly.
        let pass = tokens <= Int(ASSAY_FEW) ? tokens : (tokens + 1) / 2
        for token in Swift.stride(from: 0, to: tokens, by: pass) {
          few(
            base, weights.columns, x + token * xStride, xStride, min(pass, tokens - token),
            target + token * stride, stride)
        }
      }
    }
  }

  /// By way of packed panels, slice by slice; the sums wait in `out`.
  private func many(panels: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
    let packed = scratch + Panel.slice * Panel.width
    let edge = scratch + Panel.scratch
    let block = 12  // a whole number of every level's tiles
    var column = 0
    repeat {
      let length = min(Panel.slice, weights.columns - column)
      for (index, panel) in panels.enumerated() {
        pack(
          panel: panel, column: column, length: length, scratch: scratch,
          into: packed + index * Panel.slice * Panel.width)
      }
      for token in stride(from: 0, to: tokens, by: block) {
        for (index, panel) in panels.enumerated() {
          let (target, targetStride) = target(panel, edge)
          math.tile(
            x + token * xStride + column, xStride, min(block, tokens - token),
            packed + index * Panel.slice * Panel.width, Panel.width, length,
            target + token * targetStride, targetStride, column == 0 ? 0 : 1)
        }
      }
      column += length
    } while column < weights.columns
  }

  private func pack(
    panel: Int, column: Int, length: Int, scratch: UnsafeMutablePointer<Float>,
    into packed: UnsafeMutablePointer<Float>
  ) {
    if let runs = weights.columnRuns {
      return pack(runs, panel: panel, column: column, length: length, scratch, into: packed)
    }
    withRows(of: panel, column: column) { rows, count in
      if let panel = weights.decoder.panel {
        panel(rows, count, length, packed)
      } else {
        math.pack(weights.decoder.decode, rows, count, length, scratch, packed)
      }
    }
  }

  /// The same where the file has the columns in another order: the sums keep theirs.
  private func pack(
    _ runs: ColumnRuns, panel: Int, column: Int, length: Int,
    _ scratch: UnsafeMutablePointer<Float>,
    into packed: UnsafeMutablePointer<Float>
  ) {
    let first = panel * Panel.width
    let count = min(Panel.width, weights.outputs - first)
    withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: Panel.width) { rows in
      for row in 0..<count {
        let values = scratch + row * Panel.slice
        weights.decode(row: first + row, columns: column..<column + length, in: runs, into: values)
        rows.initializeElement(at: row, to: UnsafeRawPointer(values))
      }
      guard let base = rows.baseAddress else { return }
      floatPanel?(base, count, length, packed)
    }
  }

  /// Where the panel's rows have their element `column`. Does nothing where there are no bytes.
  private func withRows(
    of panel: Int, column: Int, _ body: (UnsafePointer<UnsafeRawPointer?>, _ count: Int) -> Void
  ) {
    let first = panel * Panel.width
    let count = min(Panel.width, weights.outputs - first)
    withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: Panel.width) { rows in
      for row in 0..<count {
        rows.initializeElement(at: row, to: weights.start(of: first + row, column: column))
      }
      guard count > 0, rows[0] != nil, let base = rows.baseAddress else { return }
      body(base, count)
    }
  }

  private func finish(units: Range<Int>, edge: UnsafeMutablePointer<Float>) {
    let first = units.lowerBound * width
    let end = min(units.upperBound * width, weights.outputs)
    let rest = units.upperBound * width > end ? end % width : 0
    for token in 0..<tokens {
      let row = out + token * outStride
      if rest > 0 { (row + end - rest).update(from: edge + token * width, count: rest) }
      if let bias { math.add(row + first, bias + first, row + first, end - first) }
    }
  }
}

extension Plain {
  /// `Numerics.multiply` for weights that are already floats.
  public static func multiply(
    _ x: [Float], tokens: Int, by weights: [Float], rows: Int, columns: Int, bias: [Float]? = nil
  ) -> [Float] {
    var out = [Float](repeating: 0, count: tokens * rows)
    for token in 0..<tokens {
      for row in 0..<rows {
        var sum: Float = 0
        for i in 0..<columns {
          sum = sum.addingProduct(x[token * columns + i], weights[row * columns + i])
        }
        out[token * rows + row] = bias.map { sum + $0[row] } ?? sum
      }
    }
    return out
  }
}
