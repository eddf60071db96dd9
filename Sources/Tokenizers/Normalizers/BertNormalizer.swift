import Containers

/// `BertNormalizer`: control characters removed, ideographs set apart, accents stripped, lower case.
struct BertNormalizer: Sendable {
  let cleansText: Bool
  let separatesIdeographs: Bool
  let stripsAccents: Bool
  let lowercases: Bool

  init(_ component: Component) throws(FormatError) {
    cleansText = try component.bool("clean_text")
    separatesIdeographs = try component.bool("handle_chinese_chars")
    lowercases = try component.bool("lowercase")
    stripsAccents = try component.bool("strip_accents", default: lowercases)
  }

  func apply(_ text: inout NormalText) {
    if cleansText || separatesIdeographs {
      text.mapScalars { scalar, result in
        if cleansText {
          if ScalarSet.bertControl.contains(scalar) { return }
          if scalar.isSpace {
            result.append(UInt8(ascii: " "))
            return
          }
        }
        if separatesIdeographs, ScalarSet.bertIdeograph.contains(scalar) {
          result.append(UInt8(ascii: " "))
          UTF8Text.append(scalar, to: &result)
          result.append(UInt8(ascii: " "))
        } else {
          UTF8Text.append(scalar, to: &result)
        }
      }
    }
    if stripsAccents {
      NormalizationForm.nfd.apply(&text)
      if text.bytes.contains(where: { $0 >= 0x80 }) {
        text.mapScalars { scalar, result in
          if !ScalarSet.bertAccent.contains(scalar) { UTF8Text.append(scalar, to: &result) }
        }
      }
    }
    if lowercases { Lowercase.apply(&text) }
  }
}
