/// How far a run over windows is: each goes through all blocks and then through the head.
public struct Progress: Sendable {
  public let windows: Int
  /// Windows whose logits were scored.
  public private(set) var scored = 0
  private let steps: Int
  private var done = 0

  init(_ windows: [ScoringProtocol.Window], blocks: Int) {
    self.windows = windows.count
    steps = blocks + 1
  }

  /// From 0 to 1.
  public var share: Double { Double(done) / Double(max(1, windows * steps)) }

  /// `windows` went through another block.
  mutating func advance(_ windows: Int) { done += windows }

  /// A window was scored.
  mutating func advance() {
    done += 1
    scored += 1
  }
}
