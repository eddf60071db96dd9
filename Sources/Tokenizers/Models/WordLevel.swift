import Containers

/// A word is a token, or it is unknown.
struct WordLevel: Sendable {
  private let tokens: TokenStore
  private let unknown: Int?

  init(_ tokens: TokenStore, _ component: Component) throws(FormatError) {
    self.tokens = tokens
    unknown = tokens.id(try component.bytes("unk_token"))
  }

  func encode(_ word: UnsafeRawBufferPointer, into ids: inout [Int]) throws(FormatError) {
    guard let id = tokens.id(word) ?? unknown else { throw Model.noUnknown("unk_token") }
    ids.append(id)
  }
}
