import Containers

/// One key of a family's configuration: its name in config.json and in GGUF, the number that it
/// sets, and what holds where it is absent. Four directions are read off the same line.
public enum ConfigEntry: Sendable {
  public typealias Field<Value> = WritableKeyPath<HyperParameters, Value> & Sendable

  /// What an absent integer means.
  public enum Absent: Sendable {
    case required
    case same(KeyPath<HyperParameters, Int> & Sendable)
    /// Embedding length over head count.
    case headSize
    /// Rows of the token embedding: a GGUF need not state its vocabulary's size.
    case embeddingRows
    case number(Int)
    case times(Int, KeyPath<HyperParameters, Int> & Sendable)
  }

  /// Whether GGUF states a value that its absence would mean as well.
  public enum Statement: Sendable { case always, ifUnusual, never }

  /// A whole number of at least `least`.
  case integer(
    _ key: String, gguf: [String], Field<Int>, absent: Absent = .required,
    stated: Statement = .always, least: Int = 1)
  /// A whole number that GGUF states, and config.json without a part that it states beside it.
  case remainder(
    _ key: String, gguf: String, Field<Int>, beside: KeyPath<HyperParameters, Int> & Sendable)
  /// A number that GGUF states, the same in every model of the family. `otherwise` is what to do
  /// about a file that has another.
  case constant(gguf: String, Field<Int>, Int, otherwise: String)
  case float(_ key: String, gguf: String?, Field<Float>, absent: Float?)
  /// A float that config.json states in another form.
  case mapped(Mapped)
  /// A float that no file states.
  case computed(Field<Float>, @Sendable (HyperParameters) -> Float)
  /// A flag that GGUF expresses by which tensors are there (`TensorSpec.Presence`), or by a key.
  case flag(_ key: String, Field<Bool>, absent: Bool, gguf: String? = nil)
  /// A flag that a GGUF states only where it is set; `absent` is what config.json's silence means.
  case mark(_ key: String, Field<Bool>, absent: Bool, gguf: String)
  /// The function that turns a router's scores into weights.
  case gating(_ key: String?, absent: ExpertGating, stated: Statement = .always)
  /// Elements of a head that rope rotates, which config.json states as a share of it.
  case rotatedShare(_ key: String, absent: Double, stated: Statement = .always)
  /// Which layers are of a kind.
  case layers(LayerList)
  /// `rope_theta` with `rope_scaling`, or `rope_parameters`: base and scaling. `writes` is what a
  /// GGUF states at this place; the bases are what holds where none is stated. `ggufTruncates` is
  /// whether a GGUF's YaRN rounds its ramp's ends, for which there is no key.
  case rope(
    writes: [RopePart] = [.scaling, .base], absentBase: Float = 10_000,
    absentSlidingBase: Float = 0, ggufTruncates: Bool = true
  )
  /// A part of what `rope` reads, stated at this place in a GGUF.
  case ropePart(RopePart)
  /// `general.file_type` stands at this place in a GGUF's metadata.
  case fileType
  /// A key whose only values that the family's description covers are this one, which is written,
  /// and those of `or`. Any other is reported with `consequence`; `fatal` where the result would be
  /// another model.
  case expected(
    _ key: String, JSONValue, or: [JSONValue] = [], fatal: Bool, consequence: String)
  /// `quantization_config`, whose method must be this one: that of the family's packed layout.
  case packing(String)
  /// A key whose value follows from other numbers: the first of these is written, any other than
  /// these is refused with `consequence`.
  case implied(
    _ key: String, consequence: String, @Sendable (HyperParameters) -> [JSONValue])
  /// A key that changes nothing unless another one, which is read, says so.
  case dependent(_ key: String, on: String)
  /// Keys that do not concern a forward pass.
  case unused([String])
  /// How many pairs rope gives to time, height and width, within `rope_parameters`.
  case ropeSections(absent: [Int] = [], interleaved: Bool = true)
  /// How many elements a list of another part has.
  case count(_ part: String, _ key: String, gguf: String, Field<Int>)
  /// A flag that GGUF has no word for: one that remembers no config.json means `gguf`, as llama.cpp
  /// does.
  case assumed(_ key: String, Field<Bool>, absent: Bool, gguf: Bool)
  /// A number, read by another entry, that llama.cpp does not apply; 0 is none.
  case unapplied(_ key: String, KeyPath<HyperParameters, Int> & Sendable)

  /// The number of blocks. GGUF counts those that draft further tokens among them, and says how many
  /// they are.
  case blocks(_ key: String, drafts: String)
  /// Layers that are dense where others have experts: a list, and all but each n-th. A GGUF tells by
  /// its tensors.
  case denseLayers(_ key: String, step: String)
  /// A whole number that GGUF states multiplied by another one.
  case multiplied(
    _ key: String, gguf: String, Field<Int>, by: KeyPath<HyperParameters, Int> & Sendable,
    absent: Int)

  /// The share that is rotated needs the width of a head, rope needs all other numbers, and what
  /// follows from numbers needs them all.
  var readingStage: Int {
    switch self {
    case .integer, .constant, .float, .mapped, .flag, .mark, .assumed, .gating, .layers, .fileType,
      .expected, .dependent, .packing, .ropeSections, .count, .unapplied, .blocks, .denseLayers,
      .multiplied, .unused:
      0
    case .rotatedShare, .remainder: 1
    case .rope: 2
    case .ropePart, .computed, .implied: 3
    }
  }

  /// A float with its own form in config.json.
  public struct Mapped: Sendable {
    let key: String
    let gguf: String?
    let field: Field<Float>
    let absent: @Sendable (HyperParameters) -> Float
    let read: @Sendable (Double, HyperParameters) -> Float
    let write: @Sendable (Float, HyperParameters) -> Double

    public init(
      _ key: String, gguf: String?, _ field: Field<Float>,
      absent: @escaping @Sendable (HyperParameters) -> Float,
      read: @escaping @Sendable (Double, HyperParameters) -> Float,
      write: @escaping @Sendable (Float, HyperParameters) -> Double
    ) {
      self.key = key
      self.gguf = gguf
      self.field = field
      self.absent = absent
      self.read = read
      self.write = write
    }
  }

  /// Layers of one kind: a list of names in config.json, or every n-th layer of the other kind.
  public struct LayerList: Sendable {
    let field: Field<[Bool]>
    /// The key of a list of kinds, the kind that is meant and the other.
    let key: String
    let kind: JSONValue
    let other: JSONValue
    /// The key of a period, where config.json may state one instead.
    let periodKey: String?
    /// The last of every so many layers is of the other kind; 0 says that none is.
    let period: Int
    /// The kind needs this number, or there are no such layers.
    let needs: KeyPath<HyperParameters, Int> & Sendable
    let gguf: String?
    /// An empty list says that all layers are of the kind, not that none is.
    var emptyMeansAll = false
    /// Another entry writes the list that this one is read from.
    var isDerived = false

    /// Layers whose attention sees a window.
    public static func sliding(
      period: Int, key: String = "layer_types", periodKey: String? = "sliding_window_pattern",
      gguf: String? = nil
    ) -> LayerList {
      LayerList(
        field: \.slidingLayers, key: key, kind: "sliding_attention", other: "full_attention",
        periodKey: periodKey, period: period, needs: \.slidingWindow, gguf: gguf)
    }

    /// Layers of a gated delta net.
    public static func recurrent(
      period: Int, periodKey: String? = "full_attention_interval", gguf: String? = nil
    ) -> LayerList {
      LayerList(
        field: \.recurrentLayers, key: "layer_types", kind: "linear_attention",
        other: "full_attention", periodKey: periodKey, period: period, needs: \.blockCount,
        gguf: gguf)
    }

    /// Layers that rope rotates, listed as ones among zeros.
    public static func roped(period: Int, key: String, periodKey: String?) -> LayerList {
      LayerList(
        field: \.ropedLayers, key: key, kind: 1, other: 0, periodKey: periodKey, period: period,
        needs: \.blockCount, gguf: nil, emptyMeansAll: true)
    }

    /// Rope rotates the layers with a window; all of them where the model has no window.
    public static func ropedWhereSliding(period: Int, gguf: String?) -> LayerList {
      LayerList(
        field: \.ropedLayers, key: "layer_types", kind: "sliding_attention",
        other: "full_attention", periodKey: "sliding_window_pattern", period: period,
        needs: \.slidingWindow, gguf: gguf, emptyMeansAll: true, isDerived: true)
    }

    func usual(_ parameters: HyperParameters, period: Int) -> [Bool] {
      canonical(
        (0..<parameters.blockCount).map { period == 0 || ($0 + 1) % period != 0 }, parameters)
    }

    /// Empty where that says the same.
    func canonical(_ layers: [Bool], _ parameters: HyperParameters) -> [Bool] {
      let isPlain =
        parameters[keyPath: needs] == 0 || layers.allSatisfy { $0 == emptyMeansAll }
      return isPlain ? [] : layers
    }

    /// What files state: nothing where the model has not what the kind needs.
    func stated(_ parameters: HyperParameters) -> [Bool]? {
      if isDerived || parameters[keyPath: needs] == 0 { return nil }
      let layers = parameters[keyPath: field]
      return layers.isEmpty
        ? Array(repeating: emptyMeansAll, count: parameters.blockCount) : layers
    }
  }

  /// What a GGUF states of rope.
  public enum RopePart: Sendable {
    /// The type, its factor and what else YaRN has.
    case scaling
    case base, slidingBase, originalContext, attentionFactor
    /// That there is no scaling, which most families leave unsaid.
    case unscaled
    /// A tenth of DeepSeek's `mscale_all_dim`.
    case logMultiplier
  }
}

/// A family's configuration, in the order in which llama.cpp writes it.
public struct ConfigTable: Sendable {
  public let entries: [ConfigEntry]
  /// What a GGUF states before everything else of the family.
  public let preface: [ConfigEntry]
  /// The member of config.json that describes the text model, where it is one part of several.
  public let part: String?
  /// Names that older files give to keys of these entries.
  public let synonyms: [String: String]
  /// The configuration that a GGUF of ours remembers. It answers what GGUF has no key for.
  public static let sourceKey = "assay.source.config"
  /// Keys that say nothing about the weights' meaning, in every family.
  static let bookkeeping: Set<String> = [
    "architectures", "model_type", "torch_dtype", "dtype", "transformers_version", "_name_or_path",
    "use_cache", "initializer_range", "attention_dropout", "bos_token_id", "eos_token_id",
    "pad_token_id", "auto_map", "_attn_implementation", "attn_implementation", "return_dict",
    "output_attentions", "output_hidden_states", "unsloth_fixed", "unsloth_version", "is_causal",
    "_commit_hash", "tokenizer_class", "model_name", "original_rope_theta",
  ]

  public init(
    _ entries: [ConfigEntry], preface: [ConfigEntry] = [], part: String? = nil,
    synonyms: [String: String] = [:]
  ) {
    self.entries = entries
    self.synonyms = synonyms
    self.preface = preface
    self.part = part
  }

  /// Some entries need the numbers of others, wherever those are stated.
  var inReadingOrder: [ConfigEntry] {
    let all = preface + entries
    return (0...3).flatMap { stage in all.filter { $0.readingStage == stage } }
  }

  /// What nearly every decoder of today shares. `headDimension` is `.always` where llama.cpp's
  /// converter always states key and value lengths, `tied` what a config means that does not say.
  public static func decoder(
    headDimension: ConfigEntry.Statement, rope: ConfigEntry = .rope(),
    tied: Bool = false,
    experts: [ConfigEntry] = [], after: [ConfigEntry] = []
  ) -> ConfigTable {
    ConfigTable(
      [
        .integer("num_hidden_layers", gguf: ["block_count"], \.blockCount),
        .integer("max_position_embeddings", gguf: ["context_length"], \.contextLength),
        .integer("hidden_size", gguf: ["embedding_length"], \.embeddingLength),
        .integer("intermediate_size", gguf: ["feed_forward_length"], \.feedForwardLength),
        .integer("num_attention_heads", gguf: ["attention.head_count"], \.headCount),
        .integer(
          "num_key_value_heads", gguf: ["attention.head_count_kv"], \.headCountKV,
          absent: .same(\.headCount)),
        rope,
        .float(
          "rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon, absent: 1e-6),
      ] + experts + [
        .integer(
          "head_dim", gguf: ["attention.key_length", "attention.value_length"], \.keyLength,
          absent: .headSize, stated: headDimension),
        .fileType,
        .expected(
          "hidden_act", "silu", fatal: true, consequence: "the feed-forward activation differs"),
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: tied),
      ] + after)
  }

  /// Keys about attention windows that the families of this file describe as full attention.
  static let fullAttention: [ConfigEntry] = [
    .expected(
      "use_sliding_window", false, fatal: false,
      consequence: "attention is computed over the full context instead of a sliding window"),
    .expected(
      "layer_types", "full_attention", fatal: false,
      consequence: "attention is computed over the full context in every layer"),
    .dependent("sliding_window", on: "use_sliding_window"),
    .dependent("max_window_layers", on: "use_sliding_window"),
  ]
}
