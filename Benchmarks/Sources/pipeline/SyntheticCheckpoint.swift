import Containers
import Foundation
import Support
import Tensors

/// A checkpoint of Qwen2.5-1.5B's shapes (1.54 G parameters in BF16, 3.1 GB) with random weights.
enum SyntheticCheckpoint {
  static let hidden = 1536, feedForward = 8960, blocks = 28, vocabulary = 151_936
  static let heads = 12, keyValueHeads = 2

  static func write(to directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let config = """
      {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": \(hidden),
       "intermediate_size": \(feedForward), "num_hidden_layers": \(blocks),
       "num_attention_heads": \(heads), "num_key_value_heads": \(keyValueHeads),
       "vocab_size": \(vocabulary), "max_position_embeddings": 32768, "rms_norm_eps": 1e-06,
       "rope_theta": 1000000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
       "hidden_act": "silu", "use_sliding_window": false}
      """
    try OutputFile.write(Array(config.utf8), to: directory + "/config.json", force: true)

    let layout = try SafetensorsWriter.layout(tensors(), metadata: Metadata())
    let file = try OutputFile(
      path: directory + "/model.safetensors", byteCount: layout.byteCount, force: true)
    try file.write(layout.header, at: 0)
    var weights = RandomWeights()
    for entry in layout.entries {
      var done = 0
      while done < entry.info.byteCount {
        let count = min(1 << 20, entry.info.byteCount - done)
        try file.write(weights.next(count / 2), at: entry.offset + done)
        done += count
      }
    }
    try file.commit()
  }

  private static func tensors() -> [TensorInfo] {
    let keyValue = keyValueHeads * hidden / heads
    var shapes = [("embed_tokens.weight", [vocabulary, hidden]), ("norm.weight", [hidden])]
    for block in 0..<blocks {
      shapes += [
        ("input_layernorm.weight", [hidden]), ("post_attention_layernorm.weight", [hidden]),
        ("self_attn.q_proj.weight", [hidden, hidden]), ("self_attn.q_proj.bias", [hidden]),
        ("self_attn.k_proj.weight", [keyValue, hidden]), ("self_attn.k_proj.bias", [keyValue]),
        ("self_attn.v_proj.weight", [keyValue, hidden]), ("self_attn.v_proj.bias", [keyValue]),
        ("self_attn.o_proj.weight", [hidden, hidden]),
        ("mlp.gate_proj.weight", [feedForward, hidden]),
        ("mlp.up_proj.weight", [feedForward, hidden]),
        ("mlp.down_proj.weight", [hidden, feedForward]),
      ].map { ("layers.\(block).\($0)", $1) }
    }
    return shapes.compactMap { name, dimensions in
      TensorInfo(name: "model." + name, dtype: .bf16, shape: Shape(dimensions))
    }
    .sorted(by: SafetensorsWriter.precedes)
  }
}
