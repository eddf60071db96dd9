/// Where the two disagree most.
extension ReportPage {
  var worstSection: Markup {
    let worst = report.logits.worstPositions
    guard !worst.isEmpty else {
      return ReportPage.section(
        "Where the two disagree most", "Nowhere: both predict the same at each position.",
        "")
    }
    return ReportPage.section(
      "Where the two disagree most",
      """
      The \(worst.count) positions with the largest divergence; at \(worst.count(where: \.changesMind)) \
      of them the candidate thinks another token likeliest. The text's own next token is marked.
      """,
      "\(worst.map(moment))")
  }

  private func moment(_ place: WorstPosition) -> Markup {
    let passage: Markup =
      tokens.passage(place.context).map { "\($0)" } ?? "\(ids(place.context))"
    let next: Markup =
      place.next.map { "<mark class=\"token\">\(tokens.word($0))</mark>" } ?? ""
    return """
      <div class="moment">
      <b>\(Numbers.nats(place.divergence, 4))</b> \
      <span class="soft">after token \(place.position)</span>\
      \(place.changesMind ? " <span class=\"changed\">another likeliest token</span>" as Markup : "")
      <p class="passage">\(passage)\(next)</p>
      <div class="sides">
      \(list("reference", place.reference, place.next))
      \(list("candidate", place.candidate, place.next))
      </div></div>
      """
  }

  private func ids(_ tokens: [Int]) -> String {
    "tokens " + tokens.map(String.init).joined(separator: " ") + " "
  }

  /// The likeliest tokens with their probabilities as bars.
  private func list(_ name: String, _ choices: [WorstPosition.Choice], _ next: Int?) -> Markup {
    let rows = choices.map { choice in
      """
      <tr\(choice.token == next ? " class=\"actual\"" as Markup : "")>\
      <td><span class="token" title="id \(choice.token)">\(tokens.word(choice.token))</span></td>\
      <td class="track"><span class="fill" style="width:\(choice.probability * 100)%"></span></td>\
      <td class="number">\(Numbers.percent(choice.probability))</td></tr>
      """ as Markup
    }
    guard !choices.isEmpty else {
      return "<p><span class=\"soft\">\(name)</span>: its logits are not finite</p>"
    }
    return "<table><caption>\(name)</caption><tbody>\n\(rows)\n</tbody></table>"
  }
}
