"""Qwen3."""

import torch
import transformers

CONFIG = transformers.Qwen3Config
MODEL = transformers.Qwen3ForCausalLM
TOKENIZER = "qwen-post"  # What Qwen3's own files have; the converter reads it.
GGUF = "qwen3"

VARIANTS = {
    "qwen3": dict(
        seed=3,
        config=dict(num_attention_heads=4, num_key_value_heads=2, head_dim=32,
                    tie_word_embeddings=False, rms_norm_eps=1e-6,
                    rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        outtype="bf16",
    ),
    "qwen3-tied": dict(
        seed=4,
        config=dict(num_attention_heads=4, num_key_value_heads=1, head_dim=16,
                    tie_word_embeddings=True, rms_norm_eps=1e-6,
                    rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        dtype=torch.bfloat16,
        outtype="f32",
    ),
}
