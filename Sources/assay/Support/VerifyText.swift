import Foundation
import Verification

/// A verification report for a person.
struct VerifyText {
  private let report: VerificationReport
  private let thresholds: VerificationReport.Thresholds
  private let tokens: TokenText
  private let seconds: Double

  init(
    _ report: VerificationReport, _ thresholds: VerificationReport.Thresholds, _ tokens: TokenText,
    seconds: Double
  ) {
    self.report = report
    self.thresholds = thresholds
    self.tokens = tokens
    self.seconds = seconds
  }

  func print(tensors: Bool) {
    let windows = Numbers.counted(report.windows, "window")
    Console.print("reference  \(report.reference.checkpoint.path)")
    Console.print("candidate  \(report.candidate.checkpoint.path)")
    Console.print(
      Console.style(
        "\(Numbers.counted(report.tokens, "token")) in \(windows), "
          + "\(Numbers.counted(report.logits.positions, "position")) scored, "
          + "\(report.scoring.activations.summary), \(Numbers.duration(seconds))\n", .dim))
    printLogits()
    printLayers()
    printTensors(all: tensors)
    printWorst()
    printVerdict()
  }

  private func printLogits() {
    let logits = report.logits
    let divergence = logits.divergence
    var table = Table(["logits", " value", ""])
    table.add([
      "KL divergence, mean", Numbers.fixed(divergence.mean.value, 6),
      "± \(Numbers.fixed(divergence.mean.standardError, 6)) nats",
    ])
    table.add(["  median", Numbers.fixed(divergence.median, 6), ""])
    table.add(["  99 %", Numbers.fixed(divergence.p99, 6), ""])
    table.add(["  largest", Numbers.fixed(divergence.max, 6), ""])
    table.add(["same likeliest token", Numbers.percent(logits.top1Agreement, 3), ""])
    let (a, b) = (logits.referencePerplexity, logits.candidatePerplexity)
    table.add([
      "perplexity, reference", Numbers.fixed(a.value, 4),
      "± \(Numbers.fixed(a.standardError, 4))",
    ])
    table.add([
      "perplexity, candidate", Numbers.fixed(b.value, 4),
      "± \(Numbers.fixed(b.standardError, 4))",
    ])
    table.add(["largest difference", Numbers.scientific(logits.maxAbsDiff), ""])
    table.add(["normalized mean squared error", Numbers.scientific(logits.nmse), ""])
    table.add(["cosine", Numbers.fixed(logits.cosine, 9), ""])
    Console.print(table.text + "\n")
  }

  /// One bar a layer, logarithmic: where the error grows is visible at a glance.
  private func printLayers() {
    let errors = report.layers.map(\.nmse).filter { $0 > 0 && $0.isFinite }
    guard let low = errors.min(), let high = errors.max() else { return }
    let scale = Bars(low: low, high: high)
    var table = Table([" block", " drift", ""])
    for layer in report.layers {
      table.add(["\(layer.index)", Numbers.scientific(layer.nmse), scale.bar(layer.nmse)])
    }
    Console.print(table.text + "\n")
    if let first = report.firstDivergence {
      let place =
        switch first.stage {
        case .embedding: "in the token embedding"
        case .block(let index): "in block \(index)"
        }
      Console.print("  The models first differ \(place), at token \(first.position).\n")
    }
  }

  private func printTensors(all: Bool) {
    let changed = report.tensors.filter { $0.nmse != 0 }.sorted { $0.nmse > $1.nmse }
    guard !changed.isEmpty else {
      Console.print("  All \(report.tensors.count) tensors hold the same values.\n")
      return
    }
    var table = Table(["tensor", "type", " bits", " error"])
    for tensor in all ? changed[...] : changed.prefix(5) {
      table.add([
        tensor.name, tensor.type.name, Numbers.fixed(tensor.bitsPerWeight, 2),
        Numbers.scientific(tensor.nmse),
      ])
    }
    Console.print(table.text)
    if !all, changed.count > 5 {
      Console.print(
        Console.style("  ... the worst 5 of \(changed.count); --tensors lists all", .dim))
    }
    Console.print("")
  }

  /// The three places where the two disagree most.
  private func printWorst() {
    let worst = report.logits.worstPositions.prefix(3)
    guard !worst.isEmpty else { return }
    func likeliest(_ choices: [WorstPosition.Choice]) -> String {
      choices.first.map {
        "\(tokens.word($0.token)) \(Numbers.percent($0.probability, 0))"
      } ?? "not finite"
    }
    var table = Table([" token", " KLD", "reference", "candidate", "after"])
    Console.print(Console.style("  where the two disagree most", .dim))
    for place in worst {
      let text = tokens.passage(place.context).map {
        ($0.count > 36 ? "…" : "") + $0.suffix(36)
      }
      table.add([
        "\(place.position)", Numbers.fixed(place.divergence, 3), likeliest(place.reference),
        likeliest(place.candidate), text ?? "",
      ])
    }
    Console.print(table.text + "\n")
  }

  private func printVerdict() {
    let verdict = report.verdict(thresholds)
    let word =
      switch verdict.word {
      case "identical": Console.style("identical: every logit has the same bits", .green)
      case "passed": Console.style("passed", .green)
      case "failed": Console.style("failed", .red)
      default:
        Console.style("measured", .bold) + " (--max-kld and --min-top1 make it a test)"
      }
    Console.print(([word] + verdict.reasons).joined(separator: "\n  "))
  }
}

/// Horizontal bars on a logarithmic scale.
struct Bars {
  private let low: Double
  private let span: Double
  private static let width = 30

  init(low: Double, high: Double) {
    // A decade below the smallest, so that it still shows.
    self.low = low / 10
    span = (high / self.low).logarithm
  }

  func bar(_ value: Double) -> String {
    guard value > low, span > 0 else { return "" }
    return String(
      repeating: "▇", count: max(1, Int(Double(Bars.width) * (value / low).logarithm / span)))
  }
}

extension Double {
  fileprivate var logarithm: Double { Foundation.log10(self) }
}
