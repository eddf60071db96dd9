import Foundation

/// How far apart the predictions are.
extension ReportPage {
  var logitSection: Markup {
    let logits = report.logits
    let divergence = logits.divergence
    let (a, b) = (logits.referencePerplexity, logits.candidatePerplexity)
    func plusMinus(_ value: Double, _ error: Double, _ digits: Int) -> String {
      "\(Numbers.fixed(value, digits)) ± \(Numbers.fixed(error, digits))"
    }
    var table = HTMLTable()
    table.add([
      .text("KL divergence, mean"),
      .text(Numbers.nats(divergence.mean, 6)),
    ])
    table.add([
      .text("median, 90 %, 99 %, 99.9 %, largest"),
      .text(
        [divergence.median, divergence.p90, divergence.p99, divergence.p999, divergence.max]
          .map { Numbers.fixed($0, 6) }.joined(separator: ", ")),
    ])
    table.add([
      .text("same likeliest token"),
      .text(
        "\(Numbers.percent(logits.top1Agreement, 3)) (\(logits.agreements) of \(logits.positions))"),
    ])
    table.add([
      .text("perplexity, reference"), .text(plusMinus(a.value, a.standardError, 4)),
    ])
    table.add([
      .text("perplexity, candidate"), .text(plusMinus(b.value, b.standardError, 4)),
    ])
    table.add([
      .text("logits"),
      .text(
        logits.isIdentical
          ? "every one has the same bits"
          : "largest difference \(Numbers.scientific(logits.maxAbsDiff)), root mean square "
            + "\(Numbers.scientific(logits.rmsDiff)), NMSE \(Numbers.scientific(logits.nmse)), "
            + "cosine \(Numbers.fixed(logits.cosine, 9))"),
    ])
    return ReportPage.section(
      "Predictions",
      """
      KL divergence of the candidate's next-token distribution from the reference's, position by \
      position.
      """,
      "\(histogram)\(table.html)")
  }

  /// How many positions have which divergence, on a logarithmic axis.
  private var histogram: Markup {
    let samples = report.logits.divergences
    let shown = samples.filter { $0 > 0 && $0.isFinite }
    guard let x = Axis(decadesOf: shown) else { return "" }
    let bins = 60
    var counts = [Int](repeating: 0, count: bins)
    for sample in shown { counts[min(bins - 1, Int(x.place(sample) * Double(bins)))] += 1 }
    let summary = report.logits.divergence
    var plot = Plot(
      x: x, y: Axis(integers: 0...(counts.max() ?? 0), ticks: 5),
      rules: [
        .init(value: summary.median, name: "median \(Numbers.scientific(summary.median))"),
        .init(value: summary.mean.value, name: "mean \(Numbers.scientific(summary.mean.value))"),
        .init(value: summary.p99, name: "99 % \(Numbers.scientific(summary.p99))"),
      ])
    let decades = x.decades
    func value(_ bin: Int) -> Double {
      let share = Double(bin) / Double(bins)
      return pow(10, decades.lowerBound + share * (decades.upperBound - decades.lowerBound))
    }
    for (bin, count) in counts.enumerated() where count > 0 {
      plot.bar(
        Double(bin) / Double(bins)...Double(bin + 1) / Double(bins), height: Double(count),
        note: "\(count) positions from \(Numbers.scientific(value(bin))) "
          + "to \(Numbers.scientific(value(bin + 1)))")
    }
    let rest = samples.count - shown.count
    let note: Markup =
      rest == 0 ? "" : "<p class=\"soft\">Not shown: \(rest) positions without a positive one.</p>"
    return """
      \(plot.svg("Distribution of the KL divergence", x: "KL divergence, nats", y: "positions"))
      \(note)
      """
  }
}
