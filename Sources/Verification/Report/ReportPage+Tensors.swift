import Architectures

/// What storing did to each tensor.
extension ReportPage {
  var tensorMap: Markup {
    ReportPage.section(
      "Error of every tensor",
      """
      Normalized mean squared error of the stored weights, Σ(a − b)² / Σa²; each cell names the \
      type that the candidate stores.
      """,
      HeatMap([grid { $0 == nil }, grid { $0 != nil }]).html(zero: "the same values"))
  }

  /// Roles go across and blocks go down; the whole model counts as a block of its own.
  private func grid(_ belongs: (_ block: Int?) -> Bool) -> HeatMap.Grid {
    let tensors = report.tensors.filter { belongs($0.key.block) }
    let cells = Dictionary(tensors.map { ($0.key, $0) }) { first, _ in first }
    let columns = TensorRole.allCases.flatMap { role in
      [TensorSpec.Part.weight, .bias].map { (role: role, part: $0) }
    }.filter { column in
      tensors.contains { $0.key.role == column.role && $0.key.part == column.part }
    }
    var grid = HeatMap.Grid(
      columns: columns.map {
        $0.role.rawValue + ($0.part == .weight ? "" : " " + $0.part.rawValue)
      })
    for block in Set(tensors.map(\.key.block)).sorted(by: { $0 ?? -1 < $1 ?? -1 }) {
      grid.rows.append(
        (
          block.map { "block \($0)" } ?? "model",
          columns.map { column in
            cells[Model.Key(column.role, column.part, block: block)].map(ReportPage.cell)
          }
        ))
    }
    return grid
  }

  private static func cell(_ tensor: TensorError) -> HeatMap.Cell {
    HeatMap.Cell(
      text: tensor.type.name, value: tensor.nmse,
      note: "\(tensor.name), \(tensor.referenceType.name) to \(tensor.type.name), "
        + "\(Numbers.fixed(tensor.bitsPerWeight, 2)) bits, error "
        + Numbers.scientific(tensor.nmse))
  }

  var tensorTable: Markup {
    var table = HTMLTable(
      ["tensor", "reference", "candidate", " bits per weight", " weights", " NMSE"], sortable: true)
    for tensor in report.tensors.sorted(by: { $0.nmse > $1.nmse }) {
      table.add([
        .text(tensor.name), .text(tensor.referenceType.name), .text(tensor.type.name),
        .number(Numbers.fixed(tensor.bitsPerWeight, 3), tensor.bitsPerWeight),
        .number("\(tensor.elements)", Double(tensor.elements)),
        .number(Numbers.scientific(tensor.nmse), tensor.nmse),
      ])
    }
    return ReportPage.section(
      "Tensors", "The worst first; press a heading to sort.",
      "<details><summary>All \(report.tensors.count) tensors</summary>\(table.html)</details>")
  }
}
