import Architectures
import Containers
import Testing

/// Configurations as they are published, shortened by what no forward pass needs: each key of them
/// is understood.
@Suite struct PublishedConfigTests {
  private func read(_ text: String) throws -> (Architecture, ReadConfig) {
    let json = try JSON(Array(text.utf8), file: "config.json")
    let name = try #require(json["architectures"]?.elements.first { _ in true }?.string)
    let family = try #require(Architecture.all.first { $0.huggingFace.contains(name) })
    return (
      family,
      try family.config.read(huggingFace: json, file: "config.json", embeddingRows: nil)
    )
  }

  @Test func qwen7B() throws {
    let (family, found) = try read(
      #"""
      {"architectures": ["QWenLMHeadModel"], "attn_dropout_prob": 0.0, "bf16": false,
       "emb_dropout_prob": 0.0, "fp16": false, "fp32": false, "hidden_size": 4096,
       "intermediate_size": 22016, "initializer_range": 0.02, "kv_channels": 128,
       "layer_norm_epsilon": 1e-06, "max_position_embeddings": 32768, "model_type": "qwen",
       "no_bias": true, "num_attention_heads": 32, "num_hidden_layers": 32, "onnx_safe": null,
       "rotary_emb_base": 10000, "rotary_pct": 1.0, "scale_attn_weights": true,
       "seq_length": 8192, "tie_word_embeddings": false, "tokenizer_class": "QWenTokenizer",
       "use_cache": true, "use_dynamic_ntk": true, "use_flash_attn": "auto",
       "use_logn_attn": true, "vocab_size": 151936}
      """#)
    #expect(family.name == "qwen" && found.problems.isEmpty)
    #expect(found.parameters.ropeScaling == .steps(context: 8192))
    #expect(found.parameters.scalesQueriesByLog && found.parameters.hasNoBiases)
    let widths = try family.files(.huggingFace, found.parameters).filter { $0.block == 0 }
    #expect(widths.first { $0.name.contains("mlp.w1") }?.shape.dimensions == [11008, 4096])
    #expect(widths.first { $0.name.contains("c_attn.bias") }?.shape.dimensions == [12288])
  }

  @Test func qwen15() throws {
    let (family, found) = try read(
      #"""
      {"architectures": ["Qwen2ForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 151643,
       "eos_token_id": 151643, "hidden_act": "silu", "hidden_size": 4096,
       "initializer_range": 0.02, "intermediate_size": 11008, "max_position_embeddings": 32768,
       "max_window_layers": 28, "model_type": "qwen2", "num_attention_heads": 32,
       "num_hidden_layers": 32, "num_key_value_heads": 32, "rms_norm_eps": 1e-06,
       "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": false,
       "torch_dtype": "bfloat16", "transformers_version": "4.37.0", "use_cache": true,
       "use_sliding_window": false, "vocab_size": 151936}
      """#)
    #expect(family.modelType == "qwen2" && found.problems.isEmpty)
    #expect(found.parameters.slidingWindow == 0 && !found.parameters.tiedEmbeddings)
  }

  @Test func qwen25VL() throws {
    let (family, found) = try read(
      #"""
      {"architectures": ["Qwen2_5_VLForConditionalGeneration"], "attention_dropout": 0.0,
       "bos_token_id": 151643, "eos_token_id": 151645, "vision_start_token_id": 151652,
       "vision_end_token_id": 151653, "vision_token_id": 151654, "image_token_id": 151655,
       "video_token_id": 151656, "hidden_act": "silu", "hidden_size": 3584,
       "initializer_range": 0.02, "intermediate_size": 18944, "max_position_embeddings": 128000,
       "max_window_layers": 28, "model_type": "qwen2_5_vl", "num_attention_heads": 28,
       "num_hidden_layers": 28, "num_key_value_heads": 4, "rms_norm_eps": 1e-06,
       "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": false,
       "torch_dtype": "bfloat16", "use_cache": true, "use_sliding_window": false,
       "vision_config": {"depth": 32, "hidden_size": 1280, "num_heads": 16},
       "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "vocab_size": 152064}
      """#)
    #expect(family.name == "qwen2vl" && found.problems.isEmpty)
    #expect(found.parameters.ropeSections == [16, 24, 24])
    #expect(found.parameters.ropeScaling == RopeScaling.none)
    #expect(found.parameters.headCount == 28 && found.parameters.embeddingLength == 3584)
  }

  @Test func qwen3VLMixture() throws {
    let (family, found) = try read(
      #"""
      {"architectures": ["Qwen3VLMoeForConditionalGeneration"], "image_token_id": 151655,
       "model_type": "qwen3_vl_moe", "text_config": {"attention_bias": false,
        "attention_dropout": 0.0, "bos_token_id": 151643, "decoder_sparse_step": 1,
        "dtype": "bfloat16", "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
        "hidden_size": 2048, "initializer_range": 0.02, "intermediate_size": 6144,
        "max_position_embeddings": 262144, "mlp_only_layers": [],
        "model_type": "qwen3_vl_moe_text", "moe_intermediate_size": 768, "norm_topk_prob": true,
        "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8,
        "num_hidden_layers": 48, "num_key_value_heads": 4, "rms_norm_eps": 1e-06,
        "rope_scaling": {"mrope_interleaved": true, "mrope_section": [24, 20, 20],
         "rope_type": "default"}, "rope_theta": 5000000, "use_cache": true,
        "vocab_size": 151936}, "tie_word_embeddings": false, "video_token_id": 151656,
       "vision_config": {"deepstack_visual_indexes": [8, 16, 24], "depth": 27},
       "vision_end_token_id": 151653, "vision_start_token_id": 151652}
      """#)
    #expect(family.name == "qwen3vlmoe" && found.problems.isEmpty)
    #expect(found.parameters.ropeSections == [24, 20, 20])
    #expect(found.parameters.deepstackLayerCount == 3 && found.parameters.expertWeightsNorm)
    let files = try family.files(.huggingFace, found.parameters)
    let experts = files.first {
      $0.name == "model.language_model.layers.0.mlp.experts.gate_up_proj"
    }
    #expect(experts?.shape.dimensions == [128, 2048, 1536])
  }

  /// Rope's sections are three numbers of pairs.
  @Test(arguments: ["[16, 24]", "[16, 24, -1]", "\"16\"", "[16, 24, 1e9]"])
  func strangeSections(_ sections: String) {
    #expect(throws: FormatError.self) {
      try read(
        #"""
        {"architectures": ["Qwen2VLForConditionalGeneration"], "hidden_size": 64,
         "intermediate_size": 96, "max_position_embeddings": 512, "num_attention_heads": 4,
         "num_hidden_layers": 2, "rope_theta": 1e6, "vocab_size": 288,
         "rope_scaling": {"type": "mrope", "mrope_section": \#(sections)}}
        """#)
    }
  }
}
