/// HTML that is known to be safe.
///
/// Only literals of this source are markup. Every string that is interpolated is text and is
/// escaped, so a token or a path that holds `<script>` cannot become one; there is no other way in.
/// The result is well-formed XML too.
struct Markup: Sendable, ExpressibleByStringInterpolation {
  private(set) var html: String

  init(stringLiteral value: String) { html = value }
  init(stringInterpolation: Interpolation) { html = stringInterpolation.html }
  init(_ parts: [Markup]) { html = parts.map(\.html).joined(separator: "\n") }

  static func += (left: inout Markup, right: Markup) { left.html += right.html }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var html = ""

    init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity) }
    mutating func appendLiteral(_ literal: String) { html += literal }
    mutating func appendInterpolation(_ markup: Markup) { html += markup.html }
    mutating func appendInterpolation(_ parts: [Markup]) { html += Markup(parts).html }
    mutating func appendInterpolation(_ number: Int) { html += String(number) }
    mutating func appendInterpolation(_ text: String) { Markup.escape(text, into: &html) }
    /// A coordinate.
    mutating func appendInterpolation(_ number: Double) {
      html += number.isFinite ? Numbers.fixed(number, 2) : "0"
    }
  }

  private static func escape(_ text: String, into html: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": html += "&amp;"
      case "<": html += "&lt;"
      case ">": html += "&gt;"
      case "\"": html += "&quot;"
      case "'": html += "&#39;"
      case "\t", "\n", "\r": html += " "
      // Not characters of XML, or turning the direction of the text that follows.
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}",
        "\u{FFFE}", "\u{FFFF}":
        html += "\u{FFFD}"
      default: html.unicodeScalars.append(scalar)
      }
    }
  }
}
