import Containers
import Tokenizers

/// A position at which the candidate predicts something else than the reference.
public struct WorstPosition: Sendable, Equatable {
  /// A token that a model thinks likely.
  public struct Choice: Sendable, Equatable {
    public let token: Int
    public let probability: Double
  }

  /// The token after which both predict, counted from the start of the text.
  public let position: Int
  /// KL(reference ‖ candidate), in nats.
  public let divergence: Double
  /// The last tokens that both have read; the one at `position` comes last.
  public let context: [Int]
  /// What the text goes on with; nil where the window ends.
  public let next: Int?
  /// The likeliest tokens, likeliest first.
  public let reference: [Choice]
  public let candidate: [Choice]
  /// Whether the candidate thinks another token likeliest.
  public var changesMind: Bool { reference.first?.token != candidate.first?.token }
}

extension WorstPosition {
  private static let contextLength = 24
  private static let choiceCount = 5

  init(
    row: Int, of window: ScoringProtocol.Window, in tokens: [Int], divergence: Double,
    reference: Distribution, candidate: Distribution
  ) {
    position = window.tokens.lowerBound + row
    self.divergence = divergence
    let start = max(window.tokens.lowerBound, position + 1 - WorstPosition.contextLength)
    context = Array(tokens[start...position])
    next = position + 1 < window.tokens.upperBound ? tokens[position + 1] : nil
    self.reference = reference.likeliest(WorstPosition.choiceCount)
    self.candidate = candidate.likeliest(WorstPosition.choiceCount)
  }

  func json(_ tokenizer: Tokenizer?) -> JSONValue {
    func spelled(_ token: Int?) -> JSONValue {
      .optional(token.flatMap { id in tokenizer.map { $0.piece(id).text } })
    }
    func list(_ choices: [Choice]) -> JSONValue {
      .array(
        choices.map {
          [
            "id": .int($0.token), "token": spelled($0.token),
            "probability": .double($0.probability),
          ]
        })
    }
    return [
      "position": .int(position), "kld": .double(divergence), "token": spelled(context.last),
      "changes_likeliest": .bool(changesMind),
      "next": next.map { ["id": .int($0), "token": spelled($0)] } ?? .null,
      "reference": list(reference), "candidate": list(candidate),
    ]
  }
}

/// The few positions with the largest divergence, furthest first; of equals, the earlier one.
struct WorstPositions: Sendable {
  static let capacity = 12
  private(set) var list: [WorstPosition] = []

  /// Whether a position that comes after all those seen so far belongs among them.
  func admits(_ divergence: Double) -> Bool {
    let rank = WorstPositions.rank(divergence)
    guard rank > 0 else { return false }
    guard list.count == WorstPositions.capacity, let last = list.last else { return true }
    return rank > WorstPositions.rank(last.divergence)
  }

  mutating func insert(_ position: WorstPosition) {
    let rank = WorstPositions.rank(position.divergence)
    let place = list.firstIndex { WorstPositions.rank($0.divergence) < rank } ?? list.endIndex
    list.insert(position, at: place)
    if list.count > WorstPositions.capacity { list.removeLast() }
  }

  /// Where a model computes what is no number, nothing is further away.
  private static func rank(_ divergence: Double) -> Double {
    divergence.isNaN ? .infinity : divergence
  }
}
