/// llama-quantize's order of tensors: those of the whole model first, then by layer, then by name.
public enum TensorOrder {
  public static func sorted<T>(_ items: [T], by name: (T) -> String) -> [T] {
    // Keys once: names are compared many times.
    items.map { (key: Key(name($0)), item: $0) }.sorted { $0.key < $1.key }.map(\.item)
  }

  private struct Key: Comparable {
    let layer: Int
    let name: [UInt8]

    init(_ text: String) {
      let parts = text.split(separator: ".", maxSplits: 2)
      layer = (parts.count == 3 && parts[0] == "blk" ? Int(parts[1]) : nil) ?? -1
      name = Array(text.utf8)
    }

    static func < (a: Key, b: Key) -> Bool {
      a.layer != b.layer ? a.layer < b.layer : a.name.lexicographicallyPrecedes(b.name)
    }
  }
}
