"""StableLM: layer norms, rope on part of a head; in later models a norm for each head and both
branches side by side."""

import torch
import transformers

CONFIG = transformers.StableLmConfig
MODEL = transformers.StableLmForCausalLM
TOKENIZER = "qwen"
GGUF = "stablelm"
FIELDS = dict(layer_norm_eps=1e-5, num_attention_heads=4, num_key_value_heads=2)

VARIANTS = {
    "stablelm": dict(
        seed=220,
        config=dict(use_qkv_bias=True, partial_rotary_factor=0.25),
        unset=("rms_norm_eps",),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    "stablelm-parallel": dict(
        seed=221,
        config=dict(use_parallel_residual=True, partial_rotary_factor=0.5),
        unset=("rms_norm_eps",),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # llama.cpp's converter refuses it: it loses the norms that it stacks.
    "stablelm-norms": dict(
        seed=222,
        config=dict(qk_layernorm=True, use_parallel_residual=True),
        unset=("rms_norm_eps",),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}


def adjust(model, generator):
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if "_layernorm.norms." in name:
                parameter.uniform_(0.5, 1.5, generator=generator)
