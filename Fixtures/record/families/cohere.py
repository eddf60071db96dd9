"""Cohere, as in Command-R: one norm before both branches, logits scaled, pairs rotated."""

import torch
import transformers

CONFIG = transformers.CohereConfig
MODEL = transformers.CohereForCausalLM
TOKENIZER = "qwen"
GGUF = "command-r"
FIELDS = dict(layer_norm_eps=1e-5, num_attention_heads=4, num_key_value_heads=2, pad_token_id=0,
              rope_parameters=dict(rope_type="default", rope_theta=5e5))

VARIANTS = {
    "cohere": dict(
        seed=230,
        config=dict(logit_scale=0.25),
        unset=("rms_norm_eps",),
        edit=dict(model_max_length=1024),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    "cohere-norm": dict(
        seed=231,
        config=dict(logit_scale=0.5, use_qk_norm=True, attention_bias=True),
        unset=("rms_norm_eps",),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
