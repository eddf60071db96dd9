/// What people find where weights should be: a pointer, a web page, a compressed or empty file.
enum ForeignContent {
  /// An error that names the impostor; nil where the first bytes are none that we know.
  static func error(prefix: [UInt8], file: FileBytes, expected: String) -> FormatError? {
    let text = String(decoding: prefix.prefix(512), as: UTF8.self)
    func error(_ message: String, found: String, remedy: String) -> FormatError {
      FormatError(
        .damaged, message, file: file.path, expected: expected, found: found, remedy: remedy)
    }
    if file.count == 0 {
      return error(
        "the file is empty", found: "0 bytes", remedy: "Download it again; check the disk's space.")
    }
    if text.hasPrefix("version https://git-lfs.github.com/spec/") {
      var size = "unknown size", oid = ""
      for line in text.split(separator: "\n") {
        if line.hasPrefix("size ") { size = line.dropFirst(5) + " bytes" }
        if line.hasPrefix("oid ") { oid = ", " + line.dropFirst(4) }
      }
      return error(
        "is a Git LFS pointer, not the file itself",
        found: "a pointer of \(file.count) bytes to a file of \(size)\(oid)",
        remedy: "Fetch the weights: run `git lfs install && git lfs pull` in the repository.")
    }
    let start = text.drop { $0.isWhitespace }.prefix(16).lowercased()
    if start.hasPrefix("<!doctype") || start.hasPrefix("<html") || start.hasPrefix("<?xml") {
      return error(
        "is a web page, not a model file", found: "HTML text of \(file.count) bytes",
        remedy: "The download got an error or login page: check the address and your access, "
          + "then download again.")
    }
    let known: [([UInt8], String, String)] = [
      ([0x1f, 0x8b], "gzip data", "Unpack it first: `gunzip FILE`."),
      ([0x28, 0xb5, 0x2f, 0xfd], "zstd data", "Unpack it first: `zstd -d FILE`."),
      ([0x50, 0x4b, 0x03, 0x04], "a zip archive (PyTorch .bin or .pt?)", "Name the right file."),
      (GGUFFile.magic, "a GGUF file", "Rename it to end in .gguf."),
    ]
    for (magic, what, remedy) in known where prefix.starts(with: magic) {
      return error("is another kind of file", found: what, remedy: remedy)
    }
    return nil
  }
}
