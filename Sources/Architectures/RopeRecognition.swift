extension RopeScaling {
  /// Whether these are the divisors that this scaling computes.
  ///
  /// torch's `pow` is not always correctly rounded, so a few of the divisors that llama.cpp's
  /// converter stores differ from ours in their last bits.
  public func reproduces(_ divisors: [Float], base: Float, headDimension: Int) -> Bool {
    guard let own = self.divisors(base: base, headDimension: headDimension) else { return false }
    return own.count == divisors.count
      && zip(own, divisors).allSatisfy { abs($0 - $1) <= 8 * $0.ulp }
  }

  /// The scaling whose divisors a GGUF's `rope_freqs` holds: Llama 3's recipe where its numbers can
  /// be recovered and reproduce every divisor, else the bare `.factors`.
  ///
  /// Divisors fix `originalContext : lowFreqFactor : highFreqFactor`, not their scale, so the bands
  /// that models were published with come first. A divisor on the ramp then tells the context.
  static func recognize(_ divisors: [Float], base: Float, headDimension: Int) -> RopeScaling {
    let frequencies = frequencies(base: base, headDimension: headDimension)
    guard let largest = divisors.max(), largest > 1, divisors.count == frequencies.count else {
      return .factors(divisors)
    }
    for factor in [largest] + [8, 32, 16, 4, 2, 64].filter({ $0 > largest }) {
      let slope = zip(frequencies, divisors).first { $0.1 > 1 && $0.1 < factor }
      for (low, high) in [(1, 4), (1, 2), (1, 8), (1, 16), (1, 32), (2, 4), (4, 8)]
        as [(Float, Float)]
      {
        let contexts =
          slope.map { [context(frequency: $0, divisor: $1, factor, low, high)] } ?? usualContexts
        for context in contexts.compactMap(\.self) {
          let recipe = RopeScaling.llama3(
            factor: factor, lowFreqFactor: low, highFreqFactor: high, originalContext: context)
          if recipe.reproduces(divisors, base: base, headDimension: headDimension) { return recipe }
        }
      }
    }
    return .factors(divisors)
  }

  /// For divisors of which none lies on the ramp: any context that separates them will do.
  private static let usualContexts: [Int?] = [
    8192, 4096, 2048, 16384, 32768, 1024, 65_536, 131_072,
  ]

  /// The original context that puts one frequency where its divisor says: the ramp, solved for it.
  private static func context(
    frequency: Float, divisor: Float, _ factor: Float, _ low: Float, _ high: Float
  ) -> Int? {
    let kept = 1 / Double(factor)
    let smooth = (1 / Double(divisor) - kept) / (1 - kept)
    let wavelength = 2 * Double.pi / Double(frequency)
    let context = (wavelength * (smooth * Double(high - low) + Double(low))).rounded()
    return context >= 1 && context <= Double(ConfigTable.largest) ? Int(context) : nil
  }
}
