import Foundation

/// The command line of a benchmark: `--name value` options, then words.
public struct Arguments {
  public private(set) var words = Array(CommandLine.arguments.dropFirst())

  public init() {}

  /// Removes an option and its value.
  public mutating func option(_ name: String) -> String? {
    guard let index = words.firstIndex(of: name), index + 1 < words.count else { return nil }
    defer { words.removeSubrange(index...index + 1) }
    return words[index + 1]
  }

  /// Removes a word that stands for itself.
  public mutating func flag(_ name: String) -> Bool {
    guard let index = words.firstIndex(of: name) else { return false }
    words.remove(at: index)
    return true
  }

  public mutating func number(_ name: String, default value: Int) -> Int {
    option(name).flatMap(Int.init).map { max(1, $0) } ?? value
  }
}

public func complain(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(64)
}

/// Cells flush right, each in its width.
public func line(_ name: String, _ width: Int, _ cells: [String], _ widths: [Int]) -> String {
  func padding(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count))
  }
  return name + padding(name, width)
    + zip(cells, widths).map { padding($0, $1) + $0 }.joined()
}

public func fixed(_ value: Double, _ digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}

/// One JSON document, keys in snake_case.
public func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

public func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}

/// The best of a few runs: other processes only ever add time.
public func best(of runs: Int, _ body: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<runs { best = min(best, try seconds(body)) }
  return best
}
