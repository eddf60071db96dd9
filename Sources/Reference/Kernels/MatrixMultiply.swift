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
    let panels = (weights.outputs + Panel.width - 1) / Panel.width
    guard tokens > 0, panels > 0 else { return }
    let start = StepClock.now
    defer { clock.add(.matrix, since: start) }
    var (x, xStride) = (x, xStride ?? weights.columns)
    if let format = activations.rounding(for: weights.decoder.dtype) {
      x = round(x, tokens: tokens, columns: weights.columns, xStride: xStride, to: format)
      xStride = weights.columns
    }
    // Panels that an item takes: for many tokens they share each pass over x, and for few the
    // bytes of one are fetched during the one before. Not so many that threads go without.
    let most = tokens <= Int(ASSAY_FEW) ? 16 : Panel.group
    let group = max(1, min(most, panels / (2 * workers.threads)))
    let parts = scratch.parts(of: Panel.scratch + tokens * Panel.width)
    let job = MatrixJob(
      math: math, floatPanel: kernels.table.pointee.f32.panel, x: x, xStride: xStride,
      tokens: tokens, weights: weights,
      bias: bias, out: out, outStride: outStride ?? weights.outputs)
    workers.run(count: (panels + group - 1) / group) { item, worker in
      job.run(panels: item * group..<min((item + 1) * group, panels), scratch: parts[worker])
    }
  }
}

/// Sizes of the packed weights. None of them can be seen in the result.
enum Panel {
  static let width = Int(ASSAY_PANEL)
  /// Panels that are kept packed at once, and elements of each row of them: together in L2.
  static let group = 4
  static let slice = 512
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
  let bias: UnsafePointer<Float>?
  let out: UnsafeMutablePointer<Float>
  let outStride: Int

  func run(panels: Range<Int>, scratch: UnsafeMutablePointer<Float>) {
    let edge = scratch + Panel.scratch
    // The last panel may be wider than what is left of `out`: it goes by way of `edge`.
    let whole = min(panels.upperBound, weights.outputs / Panel.width)
    if tokens <= Int(ASSAY_FEW), weights.columns > 0, weights.columnRuns == nil {
      for panel in panels where panel < whole { few(panel: panel, scratch: scratch) }
      if whole < panels.upperBound { many(panels: whole..<panels.upperBound, scratch: scratch) }
    } else {
      many(panels: panels, scratch: scratch)
    }
    finish(panels: panels, edge: edge)
  }

  /// Straight from the rows, one panel.
  private func few(panel: Int, scratch: UnsafeMutablePointer<Float>) {
    let target = out + panel * Panel.width
    for token in 0..<tokens {
      (target + token * outStride).update(repeating: 0, count: Panel.width)
    }
    let ahead = weights.rowBytes * Panel.width  // the next panel
    if let few = weights.decoder.few {
      withRows(of: panel, column: 0) { rows, _ in
        few(rows, weights.columns, ahead, x, xStride, tokens, target, outStride)
      }
    } else {
      for column in stride(from: 0, to: weights.columns, by: Panel.slice) {
        withRows(of: panel, column: column) { rows, _ in
          math.few(
            weights.decoder.decode, rows, min(Panel.slice, weights.columns - column), scratch,
            x + column, xStride, tokens, target, outStride)
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
          let whole = (panel + 1) * Panel.width <= weights.outputs
          let (target, targetStride) =
            whole ? (out + panel * Panel.width, outStride) : (edge, Panel.width)
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

  private func finish(panels: Range<Int>, edge: UnsafeMutablePointer<Float>) {
    let first = panels.lowerBound * Panel.width
    let end = min(panels.upperBound * Panel.width, weights.outputs)
    let rest = panels.upperBound * Panel.width > end ? end % Panel.width : 0
    for token in 0..<tokens {
      let row = out + token * outStride
      if rest > 0 { (row + end - rest).update(from: edge + token * Panel.width, count: rest) }
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
