"""gpt-oss: a sink beside each head's scores, a window in every other layer, experts with biases and
a clamped gate, YaRN whose ramp is not rounded."""

import torch
import transformers

CONFIG = transformers.GptOssConfig
MODEL = transformers.GptOssForCausalLM
TOKENIZER = "qwen"
GGUF = "gpt-oss"
PLAIN_TENSORS = False

VARIANTS = {
    "gpt-oss": dict(
        seed=600,
        config=dict(num_attention_heads=4, num_key_value_heads=2, head_dim=16,
                    num_local_experts=4, num_experts_per_tok=2, intermediate_size=32,
                    sliding_window=8, num_hidden_layers=2,
                    rope_parameters=dict(
                        rope_type="yarn", rope_theta=150000.0, factor=4.0, beta_fast=32.0,
                        beta_slow=1.0, truncate=False, original_max_position_embeddings=128)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}


def adjust(model, generator):
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            # Gates that reach the clamp.
            if name.endswith("gate_up_proj"):
                parameter.mul_(6)
