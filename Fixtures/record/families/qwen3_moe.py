"""Qwen3-MoE: Qwen3 with experts, and none that every token takes."""

import torch
import transformers

CONFIG = transformers.Qwen3MoeConfig
MODEL = transformers.Qwen3MoeForCausalLM
TOKENIZER = "qwen-post"
GGUF = "qwen3moe"
PLAIN_TENSORS = False
SHAPE = dict(num_attention_heads=4, num_key_value_heads=2, head_dim=32, num_local_experts=6,
             num_experts_per_tok=2, moe_intermediate_size=32, tie_word_embeddings=False,
             rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=1e6))

VARIANTS = {
    "qwen3moe": dict(
        seed=120,
        config=dict(SHAPE, norm_topk_prob=True),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # GGUF has no word for it: llama.cpp always normalizes.
    "qwen3moe-unnormalized": dict(
        seed=121,
        config=dict(SHAPE, norm_topk_prob=False),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
