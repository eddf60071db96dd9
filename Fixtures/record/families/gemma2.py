"""Gemma 2: norms around zero, caps, windows in every other layer."""

import torch
import transformers

CONFIG = transformers.Gemma2Config
MODEL = transformers.Gemma2ForCausalLM
TOKENIZER = "llama"
GGUF = "gemma2"
CONVERTERS = ["gemma.Gemma2Model"]
NORM_CENTRE = 0
# The caps are felt, and the window is shorter than the text.
SHAPE = dict(num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=2, head_dim=16,
             sliding_window=16, attn_logit_softcapping=8.0, final_logit_softcapping=12.0)

VARIANTS = {
    "gemma2": dict(
        seed=60,
        config=dict(SHAPE, query_pre_attn_scalar=16),
        outtype="f32",
    ),
    # A GGUF does not say the scale.
    "gemma2-scale": dict(
        seed=61,
        config=dict(SHAPE, query_pre_attn_scalar=24),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
