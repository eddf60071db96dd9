/// A chart as inline SVG; its colours come from the page, so it follows light and dark.
struct Plot {
  private let x: Axis
  private let y: Axis
  private var marks: [Markup] = []
  private var rules = 0
  private let width = 760.0
  private let height = 260.0
  private let left = 64.0
  private let right = 16.0
  private let top = 16.0
  private let bottom = 44.0

  init(x: Axis, y: Axis) {
    self.x = x
    self.y = y
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

  /// A vertical line at a value, with its name; names stand in turn at three heights.
  mutating func rule(_ value: Double, _ name: String) {
    let place = across(x.place(value))
    let isLeft = x.place(value) > 0.85
    marks.append(
      """
      <line class="rule" x1="\(place)" x2="\(place)" y1="\(top)" y2="\(height - bottom)"/>
      <text class="name" x="\(place + (isLeft ? -4 : 4))" y="\(top + 10 + Double(rules % 3) * 14)" \
      text-anchor="\(isLeft ? "end" : "start")">\(name)</text>
      """)
    rules += 1
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
      <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(title)">
      \(grid)
      \(feet)
      \(marks)
      <text x="\(across(0.5))" y="\(height - 8)" text-anchor="middle">\(xName)</text>
      <text transform="translate(14 \(middle)) rotate(-90)" text-anchor="middle">\(yName)</text>
      </svg>
      """
  }
}
