import Architectures

/// What was judged, and how.
extension ReportPage {
  var verdict: Markup {
    let verdict = report.verdict(thresholds)
    let look: Markup =
      verdict.passed ? (verdict.word == "measured" ? "pill" : "pill good") : "pill bad"
    let reasons = verdict.reasons.map { "<p>\($0)</p>" as Markup }
    return """
      <header><span class="\(look)">\(verdict.word)</span>
      <h1>\(ReportPage.name(of: report.candidate.checkpoint.path))
      <small>against \(ReportPage.name(of: report.reference.checkpoint.path))</small></h1>
      \(reasons)</header>
      """
  }

  /// The figures that matter most.
  var tiles: Markup {
    let logits = report.logits
    let mean = logits.divergence.mean
    let files = (report.reference.checkpoint.tensors, report.candidate.checkpoint.tensors)
    let share = Double(files.1.byteCount) / Double(max(1, files.0.byteCount))
    let ratio = logits.perplexityRatio
    let tiles: [(String, String)] = [
      (
        Numbers.fixed(mean.value, 5),
        "mean KL divergence, ± \(Numbers.fixed(mean.standardError, 5)) nats"
      ),
      (Numbers.percent(logits.top1Agreement), "same likeliest token"),
      (
        "× " + Numbers.fixed(ratio.value, 4),
        "perplexity, ± \(Numbers.fixed(ratio.standardError, 4))"
      ),
      (
        Numbers.bytes(files.1.byteCount),
        "\(Numbers.percent(share, 1)) of \(Numbers.bytes(files.0.byteCount))"
      ),
      (
        Numbers.fixed(files.1.bitsPerWeight, 3),
        "bits per weight, of \(Numbers.fixed(files.0.bitsPerWeight, 3))"
      ),
    ]
    let html = tiles.map { figure, label in
      "<div class=\"tile\"><b>\(figure)</b><span>\(label)</span></div>" as Markup
    }
    return "<div class=\"tiles\">\(html)</div>"
  }

  var thresholdSection: Markup {
    let logits = report.logits
    var table = HTMLTable(["demanded", " limit", " found", "met"])
    func add(_ name: String, _ limit: Double?, _ found: Double, _ isMet: (Double) -> Bool) {
      guard let limit else { return }
      table.add([
        .text(name), .number("\(limit)", limit), .number(Numbers.exact(found), found),
        .text(isMet(limit) ? "yes" : "no"),
      ])
    }
    let (kld, agreement) = (logits.divergence.mean.value, logits.top1Agreement)
    add("mean KL divergence at most (--max-kld)", thresholds.maxKLD, kld) { kld <= $0 }
    add("same likeliest token at least (--min-top1)", thresholds.minTop1, agreement) {
      agreement >= $0
    }
    let nothing = thresholds.maxKLD == nil && thresholds.minTop1 == nil
    return ReportPage.section(
      "Thresholds",
      nothing ? "None was set; --max-kld and --min-top1 turn this measurement into a test." : "",
      nothing ? "" : table.html)
  }

  var modelSection: Markup {
    var models = HTMLTable(["", "reference", "candidate"])
    func add(_ name: String, _ value: (Model) -> String) {
      models.add([.text(name), .text(value(report.reference)), .text(value(report.candidate))])
    }
    add("path") { $0.checkpoint.path }
    add("format") { $0.checkpoint.tensors.format }
    add("architecture") { $0.architecture.name }
    add("parameters") { Numbers.count($0.checkpoint.tensors.parameterCount) }
    add("size") { Numbers.bytes($0.checkpoint.tensors.byteCount) }
    add("types") { Numbers.shares($0.checkpoint.tensors.shares) }
    let windows = Numbers.counted(report.windows, "window")
    return ReportPage.section(
      "The two models",
      """
      Both ran on the same \(Numbers.counted(report.tokens, "token")), in \(windows) of at most \
      \(report.scoring.context); \(report.logits.positions) positions were scored \
      (protocol \(report.scoring.name.rawValue)).
      """,
      models.html)
  }
}
