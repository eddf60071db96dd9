"""Granite: Llama with four factors."""

import torch
import transformers

CONFIG = transformers.GraniteConfig
MODEL = transformers.GraniteForCausalLM
TOKENIZER = "llama"
GGUF = "granite"
FACTORS = dict(embedding_multiplier=3.0, logits_scaling=0.6, residual_multiplier=0.22,
               attention_multiplier=0.15)

VARIANTS = {
    "granite": dict(
        seed=250,
        config=dict(FACTORS, num_attention_heads=4, num_key_value_heads=2,
                    tie_word_embeddings=True,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    "granite-bias": dict(
        seed=251,
        config=dict(FACTORS, num_attention_heads=4, num_key_value_heads=4, attention_bias=True,
                    mlp_bias=True, tie_word_embeddings=False,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
