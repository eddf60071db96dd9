/// Where the error arises.
extension ReportPage {
  var layerSection: Markup {
    let lead: Markup =
      report.firstDivergence.map { first in
        let place =
          switch first.stage {
          case .embedding: "in the token embedding"
          case .block(let index): "in block \(index)"
          }
        return """
          The models first differ \(place), at token \(first.position) \
          (NMSE \(Numbers.scientific(first.nmse))).
          """
      } ?? "The residual streams are the same, bit by bit, through all blocks."
    return ReportPage.section("Drift through the blocks", lead, curve)
  }

  /// Blocks with no error, or none that is a number, have no place on it.
  private var curve: Markup {
    let layers = report.layers
    guard let y = Axis(decadesOf: layers.map(\.nmse)), let last = layers.last else { return "" }
    var plot = Plot(x: Axis(integers: 0...last.index, ticks: 16), y: y)
    plot.curve(
      layers.filter { $0.nmse > 0 && $0.nmse.isFinite }.map {
        .init(
          x: Double($0.index), y: $0.nmse,
          note: "block \($0.index): \(Numbers.scientific($0.nmse))")
      })
    return plot.svg(
      "Error of the residual stream after each block", x: "block",
      y: "NMSE of the residual stream")
  }
}
