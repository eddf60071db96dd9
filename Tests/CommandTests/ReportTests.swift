import Foundation
import TestSupport
import Testing

/// `verify --report` writes a whole page or nothing, and overwrites nothing unasked.
@Suite struct ReportTests {
  private let scratch: Scratch
  private let page: String

  init() throws {
    scratch = try Scratch()
    page = scratch.file("page.html")
    try Data("[1, 2, 3, 4, 5, 6, 7, 8]".utf8).write(to: URL(filePath: scratch.file("tokens.json")))
  }

  private func verify(_ more: [String]) throws -> (code: Int32, stderr: String) {
    let model = Families.path("qwen2-tied")
    return try Executable.run(
      ["verify", model, model + "/convert.gguf", "--tokens", scratch.file("tokens.json")] + more)
  }

  private func contents() throws -> String { try String(contentsOfFile: page, encoding: .utf8) }

  @Test func isWrittenWholeWhateverTheVerdict() throws {
    let (code, stderr) = try verify(["--report", page])
    #expect(code == 0, "\(stderr)")
    let html = try contents()
    #expect(html.hasPrefix("<!DOCTYPE html>") && html.hasSuffix("</html>\n"))
    #expect(html.contains("assay verify ") && html.contains("convert.gguf"))
    // The same again, byte for byte.
    #expect(try verify(["--report", page, "--force"]).code == 0)
    let again = try contents().replacing(" --force", with: "")
    #expect(again == html)
  }

  @Test func anExistingFileIsKept() throws {
    try Data("kept".utf8).write(to: URL(filePath: page))
    let (code, stderr) = try verify(["--report", page])
    #expect(code == 73)
    #expect(stderr.contains("page.html") && stderr.contains("--force"), "\(stderr)")
    #expect(try contents() == "kept")
    #expect(try verify(["--report", page, "--force"]).code == 0)
    #expect(try contents().hasPrefix("<!DOCTYPE html>"))
    #expect(try verify(["--report", scratch.file("nowhere/page.html")]).code == 73)
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
    #expect(left == ["page.html", "tokens.json"])
  }
}
