"""Cohere 2, as in Command-R7B: rope in the layers with a window only."""

import torch
import transformers

CONFIG = transformers.Cohere2Config
MODEL = transformers.Cohere2ForCausalLM
TOKENIZER = "qwen"
GGUF = "cohere2"

VARIANTS = {
    "cohere2": dict(
        seed=235,
        config=dict(layer_norm_eps=1e-5, num_attention_heads=4, num_key_value_heads=2,
                    num_hidden_layers=4, intermediate_size=64, pad_token_id=0, logit_scale=0.25,
                    sliding_window=16, rope_parameters=dict(rope_type="default", rope_theta=5e4)),
        unset=("rms_norm_eps",),
        # Files of the hub state it, and the converter reads it.
        edit=dict(rotary_pct=1.0),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
