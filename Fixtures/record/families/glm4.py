"""GLM-4 0414: norms before and after each branch, pairs rotated in half of each head."""

import torch
import transformers

CONFIG = transformers.Glm4Config
MODEL = transformers.Glm4ForCausalLM
TOKENIZER = "qwen"
GGUF = "glm4"
CONVERTERS = ["glm.Glm4Model"]
FIELDS = dict(num_attention_heads=4, num_key_value_heads=2, head_dim=16, pad_token_id=0)

VARIANTS = {
    "glm4": dict(
        seed=240,
        config=dict(rope_parameters=dict(rope_type="default", rope_theta=1e4,
                                         partial_rotary_factor=0.5)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    "glm4-plain": dict(
        seed=241,
        config=dict(attention_bias=False, head_dim=24,
                    rope_parameters=dict(rope_type="default", rope_theta=2e4,
                                         partial_rotary_factor=1.0)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
