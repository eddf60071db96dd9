/// A table of text and numbers.
struct HTMLTable {
  enum Cell {
    case text(String)
    case markup(Markup)
    /// A number as people read it, and what it is sorted by.
    case number(String, Double)
  }

  private let heads: [String]
  private let isSortable: Bool
  private var rows: [Markup] = []

  /// Without heads, the first cell of each row names it.
  init(_ heads: [String] = [], sortable: Bool = false) {
    self.heads = heads
    isSortable = sortable
  }

  mutating func add(_ cells: [Cell]) {
    let html = cells.enumerated().map { index, cell -> Markup in
      switch cell {
      case .text(let text):
        heads.isEmpty && index == 0 ? "<th scope=\"row\">\(text)</th>" : "<td>\(text)</td>"
      case .markup(let markup): "<td>\(markup)</td>"
      case .number(let text, let value):
        "<td class=\"number\" data-value=\"\(HTMLTable.sortKey(value))\">\(text)</td>"
      }
    }
    rows.append("<tr>\(html)</tr>")
  }

  private static func sortKey(_ value: Double) -> String {
    value.isFinite ? String(describing: value) : "Infinity"
  }

  var html: Markup {
    let labels = heads.map { head -> Markup in
      let isNumber = head.hasPrefix(" ")
      let name = String(head.drop { $0 == " " })
      let label: Markup = isSortable ? "<button>\(name)</button>" : "\(name)"
      return "<th scope=\"col\"\(isNumber ? " class=\"number\"" as Markup : "")>\(label)</th>"
    }
    let head: Markup = heads.isEmpty ? "" : "<thead><tr>\(labels)</tr></thead>"
    let kind: Markup = isSortable ? " class=\"sortable\"" : ""
    return "<div class=\"scroll\"><table\(kind)>\(head)<tbody>\n\(rows)\n</tbody></table></div>"
  }
}
