"""Mistral: Llama with a window in all layers, which llama.cpp's converter leaves out."""

import torch
import transformers

CONFIG = transformers.MistralConfig
MODEL = transformers.MistralForCausalLM
TOKENIZER = "llama"
GGUF = "llama"
SHAPE = dict(num_attention_heads=4, num_key_value_heads=2,
             rope_parameters=dict(rope_type="default", rope_theta=1e6))

VARIANTS = {
    "mistral": dict(
        seed=200,
        config=dict(SHAPE, sliding_window=None, head_dim=24),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # A GGUF does not say the window.
    "mistral-window": dict(
        seed=201,
        config=dict(SHAPE, sliding_window=16),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
