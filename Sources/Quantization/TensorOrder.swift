/// llama-quantize's order of tensors: those of the whole model first, then by layer, then by name.
public enum TensorOrder {
  public static func precedes(_ a: String, _ b: String) -> Bool {
    let (left, right) = (layer(a), layer(b))
    return left != right ? left < right : a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  private static func layer(_ name: String) -> Int {
    name.wholeMatch(of: /blk\.(\d+)\..*/).flatMap { Int($0.1) } ?? -1
  }
}
