import Containers
import Testing

struct FormatErrorTests {
  /// A site that gives no remedy has its kind's, and no two kinds share one.
  @Test func everyKindHasARemedy() {
    let kinds: [FormatError.Kind] = [.missing, .damaged, .unknown, .exists, .io]
    let remedies = kinds.map { FormatError($0, "is wrong", remedy: nil).remedy }
    #expect(remedies.allSatisfy { $0.count > 10 && $0.hasSuffix(".") })
    #expect(Set(remedies).count == kinds.count)
    #expect(FormatError(.io, "is wrong", remedy: "Buy a disk.").remedy == "Buy a disk.")
  }

  @Test func filesThatCannotBeOpened() throws {
    #expect(try failure { _ = try FileBytes(path: "/nonexistent/model") } == .missing)
    #expect(try failure { _ = try FileBytes(path: "/") } == .io)
    let kind = try withFile([1, 2, 3], "short") { path in
      try failure { _ = try FileBytes(path: path).bytes(2..<4) }
    }
    #expect(kind == .damaged)
  }
}
