import Containers

/// `Strip`: white space at the edges removed.
struct Strip: Sendable {
  let left: Bool
  let right: Bool

  init(_ component: Component) throws(FormatError) {
    left = try component.bool("strip_left")
    right = try component.bool("strip_right")
  }

  func apply(_ text: inout NormalText) {
    let old = text.bytes
    let span = old.span
    var start = 0
    var end = span.count
    while left, start < end {
      let (scalar, width) = UTF8Text.scalar(span, at: start)
      guard scalar.isSpace else { break }
      start += width
    }
    while right, start < end {
      let (scalar, width) = UTF8Text.scalar(span, before: end)
      guard scalar.isSpace else { break }
      end -= width
    }
    if start == 0, end == span.count { return }
    text.bytes = Array(old[start..<end])
    text.origin = min(max(0, text.origin - start), text.bytes.count)
  }
}
