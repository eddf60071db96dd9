extension Plain {
  public static func tanh(_ x: Float) -> Float {
    let a = x.magnitude, s = a * a
    var result: Float
    if a < 0.625 {
      var p: Float = 0x1.18e1dcp-9
      for coefficient: Float in [
        -0x1.0bf4fcp-7, 0x1.638b58p-6, -0x1.b9ee90p-5, 0x1.111066p-3, -0x1.555554p-2,
      ] {
        p = coefficient.addingProduct(p, s)
      }
      result = a.addingProduct(a * s, p)
    } else {
      result = 1 - 2 / (exp(a + a) + 1)
    }
    return x.sign == .minus ? -result : result
  }

  public static func erf(_ x: Float) -> Float {
    let a = x.magnitude
    var result: Float
    if a < 0.9375 {
      let s = a * a
      var p: Float = 0x1.5ac332p-14
      for coefficient: Float in [
        -0x1.a99ef6p-11, 0x1.54b5e4p-8, -0x1.b80cb4p-6, 0x1.ce2df4p-4, -0x1.812742p-2,
        0x1.06eba8p-3,
      ] {
        p = coefficient.addingProduct(p, s)
      }
      result = a.addingProduct(a, p)
    } else {
      let t = a > 4 ? 4 : a
      var q: Float = -0x1.377c46p-19
      for coefficient: Float in [
        0x1.3619aep-15, -0x1.ebab30p-13, 0x1.2bf060p-11, 0x1.b87b24p-10, -0x1.59bb2ep-6,
        0x1.aa33a2p-4, 0x1.45b4e8p-1, 0x1.20e27ap+0,
      ] {
        q = coefficient.addingProduct(q, t)
      }
      result = 1 - exp(-(q * t))
    }
    return x.sign == .minus ? -result : result
  }

  public static func geluErfMultiply(gate: Float, up: Float) -> Float {
    gate * 0.5 * (erf(gate * 0x1.6a09e6p-1) + 1) * up
  }

  public static func reluSquaredMultiply(gate: Float, up: Float) -> Float {
    let r: Float = gate > 0 ? gate : 0
    return r * r * up
  }

  public static func swigluClamped(gate: Float, up: Float) -> Float {
    let g = gate > 7 ? 7 : gate
    var u = up > 7 ? 7 : up
    u = u < -7 ? -7 : u
    return (u + 1) * (g / (exp(-(g * 1.702)) + 1))
  }

  public static func softCap(_ x: Float, cap: Float) -> Float { tanh(x / cap) * cap }
}
