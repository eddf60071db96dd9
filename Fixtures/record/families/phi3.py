"""Phi-3 and Phi-4: fused projections, LongRoPE, rope on part of a head."""

import torch
import transformers

CONFIG = transformers.Phi3Config
MODEL = transformers.Phi3ForCausalLM
TOKENIZER = "llama"
GGUF = "phi3"
FIELDS = dict(pad_token_id=0)
CONVERTERS = ["phi.Phi3MiniModel"]

LONG = dict(rope_type="longrope", rope_theta=1e4, partial_rotary_factor=0.75,
            short_factor=[1.0, 1.05, 1.1, 1.2, 1.4, 2.0],
            long_factor=[1.2, 1.7, 2.5, 3.5, 5.0, 8.0], original_max_position_embeddings=32)

VARIANTS = {
    "phi3": dict(
        seed=50,
        config=dict(num_attention_heads=4, num_key_value_heads=4, sliding_window=2047,
                    original_max_position_embeddings=512,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4,
                                         original_max_position_embeddings=512)),
        outtype="f32",
    ),
    # 48 tokens: beyond the original context, the long factors.
    "phi3-long": dict(
        seed=51,
        config=dict(num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=128,
                    original_max_position_embeddings=32, rope_parameters=LONG),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    "phi3-short": dict(
        seed=52,
        config=dict(num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=512,
                    original_max_position_embeddings=64,
                    rope_parameters=dict(LONG, original_max_position_embeddings=64)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # Grouped queries, no window, no scaling.
    "phi4": dict(
        seed=53,
        config=dict(num_attention_heads=4, num_key_value_heads=1,
                    original_max_position_embeddings=512, sliding_window=None,
                    rope_parameters=dict(rope_type="default", rope_theta=2.5e5)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
