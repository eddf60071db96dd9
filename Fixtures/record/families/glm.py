"""GLM-4 of 2024, in transformers' own layout."""

import torch
import transformers

CONFIG = transformers.GlmConfig
MODEL = transformers.GlmForCausalLM
TOKENIZER = "qwen"
GGUF = "chatglm"

VARIANTS = {
    # llama.cpp's converter, made for the original layout, gives this one's GGUF the width as
    # context, 1e-5 as epsilon and 10000 as base, whatever config.json says.
    "glm": dict(
        seed=245,
        config=dict(num_attention_heads=4, num_key_value_heads=2, head_dim=16, pad_token_id=0,
                    rms_norm_eps=1.5625e-7,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4,
                                         partial_rotary_factor=0.5)),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
