"""Gemma, the first: norms around zero, scaled embeddings."""

import torch
import transformers

CONFIG = transformers.GemmaConfig
MODEL = transformers.GemmaForCausalLM
TOKENIZER = "llama"
GGUF = "gemma"
CONVERTERS = ["gemma.GemmaModel"]
NORM_CENTRE = 0

VARIANTS = {
    "gemma": dict(
        seed=210,
        config=dict(num_attention_heads=4, num_key_value_heads=1, head_dim=24),
        dtype=torch.bfloat16,
        outtype="bf16",
        old=dict(rope_theta=10000.0, hidden_act="gelu", hidden_activation=None),
    ),
}
