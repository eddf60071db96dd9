import Containers

/// `BertProcessing` and `RobertaProcessing`: a token in front, and one behind every segment.
struct PairProcessing {
  let separator: Int
  private let classifier: Int

  init(_ component: Component, count: Int) throws(FormatError) {
    func id(_ key: String) throws(FormatError) -> Int {
      var parts = component.json?[key]?.elements.makeIterator()
      guard parts?.next()?.kind == .string, let id = parts?.next()?.int, (0..<count).contains(id)
      else { throw component.damaged(key, expected: "a token and its id in the vocabulary") }
      return id
    }
    separator = try id("sep")
    classifier = try id("cls")
  }

  /// `joint` is what stands between two segments besides the separator of the first.
  func apply(
    to segments: [[PostProcessor.Part]], joint: [PostProcessor.Part]
  ) -> [[PostProcessor.Part]] {
    segments.enumerated().map { index, segment in
      (index == 0 ? [.id(classifier)] : joint) + segment + [.id(separator)]
    }
  }
}
