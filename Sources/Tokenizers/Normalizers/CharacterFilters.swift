/// `StripAccents`: removes combining marks. It takes no characters apart: that is NFD's work.
enum StripAccents {
  static func apply(_ text: inout NormalText) {
    text.mapScalars { scalar, result in
      if !ScalarSet.combiningMark.contains(scalar) { UTF8Text.append(scalar, to: &result) }
    }
  }
}

/// `Nmt`: control characters removed, unusual spaces made plain.
enum Nmt {
  static func apply(_ text: inout NormalText) {
    text.mapScalars { scalar, result in
      switch scalar.value {
      case 0x1...0x8, 0xb, 0xe...0x1f, 0x7f, 0x8f, 0x9f: break
      case 0x9, 0xa, 0xc, 0xd, 0x1680, 0x200b...0x200f, 0x2028, 0x2029, 0x2581, 0xfeff, 0xfffd:
        result.append(UInt8(ascii: " "))
      default: UTF8Text.append(scalar, to: &result)
      }
    }
  }
}
