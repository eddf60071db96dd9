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
  }

  /// Whether GGUF states a value that its absence would mean as well.
  public enum Statement: Sendable { case always, ifUnusual, never }

  case integer(
    _ key: String, gguf: [String], Field<Int>, absent: Absent = .required,
    stated: Statement = .always)
  case float(_ key: String, gguf: String, Field<Float>, absent: Float?)
  /// A flag that GGUF expresses by which tensors are there (`TensorSpec.Presence`).
  case flag(_ key: String, Field<Bool>, absent: Bool)
  /// `rope_theta` with `rope_scaling`, or `rope_parameters`: base and scaling.
  case rope
  /// `general.file_type` stands at this place in a GGUF's metadata.
  case fileType
  /// A key whose only value that the family's description covers is this one. Any other is
  /// reported with `consequence`; `fatal` where the result would be another model.
  case expected(_ key: String, JSONValue, fatal: Bool, consequence: String)
  /// A key that changes nothing unless another one, which is read, says so.
  case dependent(_ key: String, on: String)
}

/// A family's configuration, in the order in which llama.cpp writes it.
public struct ConfigTable: Sendable {
  public let entries: [ConfigEntry]
  /// Keys that say nothing about the weights' meaning, in every family.
  static let bookkeeping: Set<String> = [
    "architectures", "model_type", "torch_dtype", "dtype", "transformers_version", "_name_or_path",
    "use_cache", "initializer_range", "attention_dropout", "bos_token_id", "eos_token_id",
    "pad_token_id", "auto_map", "_attn_implementation", "attn_implementation", "return_dict",
    "output_attentions", "output_hidden_states", "unsloth_fixed", "unsloth_version", "is_causal",
    "_commit_hash", "tokenizer_class", "model_name", "original_rope_theta",
  ]

  public init(_ entries: [ConfigEntry]) { self.entries = entries }

  /// What nearly every decoder of today shares. `headDimension` is `.always` where llama.cpp's
  /// converter always states key and value lengths.
  public static func decoder(
    headDimension: ConfigEntry.Statement, after: [ConfigEntry] = []
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
        .rope,
        .float(
          "rms_norm_eps", gguf: "attention.layer_norm_rms_epsilon", \.rmsEpsilon, absent: 1e-6),
        .integer(
          "head_dim", gguf: ["attention.key_length", "attention.value_length"], \.keyLength,
          absent: .headSize, stated: headDimension),
        .fileType,
        .expected(
          "hidden_act", "silu", fatal: true, consequence: "the feed-forward activation differs"),
        .flag("tie_word_embeddings", \.tiedEmbeddings, absent: false),
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
