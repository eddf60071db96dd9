/// A chart as inline SVG; its colours come from the page, so it follows light and dark.
struct Plot {
  private let x: Axis
  private let y: Axis
  private var marks: [Markup] = []
  private let rules: [Rule]
  private let width = 760.0
  private let height = 260.0
  private let left = 78.0
  private let right = 16.0
  private let top: Double
  private let bottom = 44.0

  /// A vertical line at a value of x, with its name above the chart.
  struct Rule {
    let value: Double
    let name: String
  }

  init(x: Axis, y: Axis, rules: [Rule] = []) {
    self.x = x
    self.y = y
    self.rules = rules
    // Each name has a line of its own: they would overlap where the values are close.
    top = 16 + 14 * Double(rules.count)
  }

  private func across(_ place: Double) -> Double { left + place * (width - left - right) }
  private func up(_ place: Double) -> Double { height - bottom - place * (height - top - bottom) }

  struct Point {
    let x: Double
    let y: Double
    /// Shown where the pointer rests.
    let note: String
  }

  /// A line through points, each with a dot.
  mutating func curve(_ points: [Point]) {
    let path = points.map { point in
      "\(across(x.place(point.x))),\(up(y.place(point.y)))" as Markup
    }
    marks.append("<polyline class=\"curve\" points=\"\(path)\"/>")
    for point in points {
      marks.append(
        """
        <circle class="dot" cx="\(across(x.place(point.x)))" cy="\(up(y.place(point.y)))" r="4">\
        <title>\(point.note)</title></circle>
        """)
    }
  }

  /// A bar that stands on the x axis between two of its places.
  mutating func bar(_ span: ClosedRange<Double>, height value: Double, note: String) {
    let (start, end) = (across(span.lowerBound), across(span.upperBound))
    let peak = up(y.place(value))
    marks.append(
      """
      <rect class="bar" x="\(start + 0.5)" y="\(peak)" width="\(max(1, end - start - 1))" \
      height="\(height - bottom - peak)"><title>\(note)</title></rect>
      """)
  }

  private func html(_ rule: Rule, line: Int) -> Markup {
    let place = across(x.place(rule.value)), height = 14 * Double(line + 1)
    let isLate = x.place(rule.value) > 0.85
    return """
      <line class="rule" x1="\(place)" x2="\(place)" y1="\(height - 8)" y2="\(self.height - bottom)"/>
      <text class="name" x="\(place + (isLate ? -5 : 5))" y="\(height)" \
      text-anchor="\(isLate ? "end" : "start")">\(rule.name)</text>
      """
  }

  func svg(_ title: String, x xName: String, y yName: String) -> Markup {
    let grid = y.ticks.map { tick in
      """
      <line class="grid" x1="\(left)" x2="\(width - right)" y1="\(up(tick.place))" \
      y2="\(up(tick.place))"/>
      <text x="\(left - 8)" y="\(up(tick.place) + 4)" text-anchor="end">\(tick.label)</text>
      """ as Markup
    }
    let feet = x.ticks.map { tick in
      """
      <line class="grid" x1="\(across(tick.place))" x2="\(across(tick.place))" y1="\(top)" \
      y2="\(height - bottom)"/>
      <text x="\(across(tick.place))" y="\(height - bottom + 16)" \
      text-anchor="middle">\(tick.label)</text>
      """ as Markup
    }
    let middle = (top + height - bottom) / 2
    return """
      <div class="scroll"><svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(title)">
      \(grid)
      \(feet)
      \(marks)
      \(rules.enumerated().map { html($0.element, line: $0.offset) })
      <text x="\(across(0.5))" y="\(height - 8)" text-anchor="middle">\(xName)</text>
      <text transform="translate(14 \(middle)) rotate(-90)" text-anchor="middle">\(yName)</text>
      </svg></div>
      """
  }
}
