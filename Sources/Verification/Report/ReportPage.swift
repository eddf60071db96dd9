import Tokenizers

/// A verification as one HTML file that needs nothing else: no network, no library.
///
/// The same verification makes the same page, byte for byte.
public struct ReportPage {
  let report: VerificationReport
  let thresholds: VerificationReport.Thresholds
  let tokens: TokenText
  /// Program and arguments, as they would be typed.
  let command: [String]
  let version: String

  /// `tokenizer` spells the tokens; without one, they are shown as ids.
  public init(
    _ report: VerificationReport, _ thresholds: VerificationReport.Thresholds,
    tokenizer: Tokenizer?, command: [String], version: String
  ) {
    self.report = report
    self.thresholds = thresholds
    tokens = TokenText(tokenizer)
    self.command = command
    self.version = version
  }

  public var html: String {
    let candidate = ReportPage.name(of: report.candidate.checkpoint.path)
    let reference = ReportPage.name(of: report.reference.checkpoint.path)
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>
      <title>\(candidate) against \(reference)</title>
      <style>
      \(PageStyle.css)
      </style>
      </head>
      <body><main>
      \(verdict)
      \(tiles)
      \([thresholdSection, modelSection, logitSection, layerSection, tensorMap, worstSection])
      \([tensorTable, commandSection])
      </main>
      <script>
      \(PageScript.sorting)
      </script>
      </body>
      </html>

      """
    return page.html
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  static func section(_ title: String, _ lead: Markup = "", _ body: Markup) -> Markup {
    """
    <section><h2>\(title)</h2>
    <p class="soft">\(lead)</p>
    \(body)
    </section>
    """
  }

  private var commandSection: Markup {
    ReportPage.section(
      "To repeat this", "assay \(version); the figures are the same on any machine",
      "<pre><code>\(command.map(ReportPage.quoted).joined(separator: " "))</code></pre>")
  }

  /// A word as a shell reads it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/._-+=:,@%".utf8.contains(byte)
      }
    }
    guard !isPlain || word.isEmpty else { return word }
    return "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
