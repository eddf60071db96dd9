"""Qwen1.5-MoE and Qwen2-MoE: experts, and one that every token takes, weighed by a gate."""

import torch
import transformers

CONFIG = transformers.Qwen2MoeConfig
MODEL = transformers.Qwen2MoeForCausalLM
TOKENIZER = "qwen"
GGUF = "qwen2moe"
PLAIN_TENSORS = False
SHAPE = dict(num_attention_heads=4, num_key_value_heads=2, num_experts=6, num_experts_per_tok=3,
             moe_intermediate_size=32, shared_expert_intermediate_size=48,
             tie_word_embeddings=False, rms_norm_eps=1e-6)

VARIANTS = {
    "qwen2moe": dict(
        seed=110,
        config=dict(SHAPE, rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        dtype=torch.bfloat16,
        outtype="bf16",
        old=dict(rope_theta=1000000.0, sliding_window=512, use_sliding_window=False,
                 max_window_layers=2),
    ),
    # A GGUF says neither that the weights are normalized nor which layers are dense.
    "qwen2moe-sparse": dict(
        seed=111,
        config=dict(SHAPE, norm_topk_prob=True, decoder_sparse_step=2, qkv_bias=False,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4)),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
