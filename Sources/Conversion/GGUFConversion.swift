import Architectures
import Checkpoints
import Containers
import Quantization

/// From any checkpoint to the plan of a GGUF.
public struct GGUFConversion: Sendable {
  public let preset: Preset
  /// Whether keys of ours remember the source (`SourceKeys`).
  public let carriesSource: Bool

  public init(preset: Preset, carriesSource: Bool) {
    self.preset = preset
    self.carriesSource = carriesSource
  }

  public func plan(_ checkpoint: Checkpoint) throws(FormatError) -> ConversionPlan {
    try GGUFSource(Model(checkpoint), carriesSource: carriesSource).plan(preset)
  }
}
