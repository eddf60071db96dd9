/// Tables of coloured cells that share one logarithmic scale, from cold to hot.
struct HeatMap {
  struct Cell {
    let text: String
    let value: Double
    /// Shown where the pointer rests.
    let note: String
  }

  struct Grid {
    let columns: [String]
    var rows: [(name: String, cells: [Cell?])] = []
  }

  let grids: [Grid]
  private let positive: [Double]
  private let scale: Axis?

  init(_ grids: [Grid]) {
    self.grids = grids
    positive = grids.flatMap { $0.rows.flatMap { $0.cells.compactMap { $0?.value } } }
      .filter { $0 > 0 && $0.isFinite }
    scale = Axis(exactly: positive)
  }

  /// `zero` says what a value of 0 means: it is not the coldest, but has a look of its own.
  func html(zero: String) -> Markup {
    var legend: Markup = "<span class=\"cell same\">\(zero)</span>"
    if let least = positive.min(), let largest = positive.max() {
      legend += """
        <span>\(Numbers.scientific(least))</span><span class="ramp"></span>\
        <span>\(Numbers.scientific(largest))</span>
        """
    }
    return "\(grids.map(html))<p class=\"legend\">\(legend)</p>"
  }

  private func html(_ grid: Grid) -> Markup {
    let heads = grid.columns.map { "<th scope=\"col\">\($0)</th>" as Markup }
    let rows = grid.rows.map { row in
      let cells = row.cells.map { $0.map(html) ?? "<td></td>" }
      return "<tr><th scope=\"row\">\(row.name)</th>\(cells)</tr>" as Markup
    }
    return """
      <div class="scroll"><table class="heat"><thead><tr><th></th>\(heads)</tr></thead>
      <tbody>
      \(rows)
      </tbody></table></div>
      """
  }

  private func html(_ cell: Cell) -> Markup {
    guard cell.value != 0 else {
      return "<td class=\"cell same\" title=\"\(cell.note)\">\(cell.text)</td>"
    }
    // Two halves, cold to warm and warm to hot, mixed by the page in the colours of its theme.
    // What is no number is hottest.
    let heat = (scale?.place(cell.value) ?? 1) * 2
    let (half, share): (Markup, Double) = heat < 1 ? ("cool", heat) : ("warm", heat - 1)
    return """
      <td class="cell \(half)" style="--heat:\(share * 100)%" title="\(cell.note)">\
      \(cell.text)</td>
      """
  }
}
