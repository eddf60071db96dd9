import Containers

/// `Prepend` and `Append`: text before or behind any text that is not empty.
struct Affix: Sendable {
  enum Place: String, Sendable {
    case front = "prepend"
    case back = "append"
  }

  let place: Place
  let content: [UInt8]

  init(_ component: Component, _ place: Place) throws(FormatError) {
    self.place = place
    content = try component.bytes(place.rawValue)
  }

  func apply(_ text: inout NormalText) {
    if text.bytes.isEmpty { return }
    switch place {
    case .front:
      text.bytes.insert(contentsOf: content, at: 0)
      if text.origin > 0 { text.origin += content.count }
    case .back:
      if text.origin == text.bytes.count { text.origin += content.count }
      text.bytes += content
    }
  }
}
