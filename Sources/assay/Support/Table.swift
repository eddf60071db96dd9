/// Columns that line up.
struct Table {
  enum Alignment { case left, right }
  private let header: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// A header that begins with a space is aligned to the right, as numbers are.
  init(_ header: [String]) {
    self.header = header.map { String($0.drop { $0 == " " }) }
    alignments = header.map { $0.hasPrefix(" ") ? .right : .left }
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.enumerated().map { index, row in
      let line = row.indices.map { column -> String in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return alignments[column] == .left ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
      let trimmed = String(line.reversed().drop { $0 == " " }.reversed())
      return "  " + (index == 0 ? Console.style(trimmed, .dim) : trimmed)
    }.joined(separator: "\n")
  }
}
