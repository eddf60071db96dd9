"""Mixtral: Llama with experts."""

import torch
import transformers

CONFIG = transformers.MixtralConfig
MODEL = transformers.MixtralForCausalLM
TOKENIZER = "llama"
GGUF = "llama"
PLAIN_TENSORS = False

VARIANTS = {
    "mixtral": dict(
        seed=40,
        config=dict(num_attention_heads=4, num_key_value_heads=2, num_local_experts=4,
                    num_experts_per_tok=2, intermediate_size=32, sliding_window=None,
                    rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
