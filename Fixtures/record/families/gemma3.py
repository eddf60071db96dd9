"""Gemma 3, the text model: windows and another base of rope in five layers of six."""

import torch
import transformers

CONFIG = transformers.Gemma3TextConfig
MODEL = transformers.Gemma3ForCausalLM
TOKENIZER = "llama"
GGUF = "gemma3"
NORM_CENTRE = 0
# Small: there must be a sixth layer. The window is shorter than the text.
FIELDS = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=7)
LINEAR = dict(rope_type="linear", factor=8.0, rope_theta=1e3)
SHAPE = dict(num_attention_heads=2, num_key_value_heads=1, head_dim=16, sliding_window=16,
             query_pre_attn_scalar=16)

VARIANTS = {
    "gemma3": dict(
        seed=220,
        config=dict(SHAPE, rope_parameters=dict(
            full_attention=LINEAR,
            sliding_attention=dict(rope_type="default", rope_theta=1e2))),
        dtype=torch.bfloat16,
        outtype="bf16",
        old=dict(rope_theta=1e3, rope_local_base_freq=1e2, sliding_window_pattern=6,
                 rope_scaling=dict(rope_type="linear", factor=8.0)),
        without="rope_local_base_freq",
    ),
    # A GGUF says neither the scale nor which layers have the window.
    "gemma3-scale": dict(
        seed=221,
        config=dict(SHAPE, num_hidden_layers=3, query_pre_attn_scalar=24,
                    final_logit_softcapping=12.0,
                    layer_types=["full_attention", "sliding_attention", "full_attention"]),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
