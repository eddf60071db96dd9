"""Llama 1 to 3."""

import torch
import transformers

CONFIG = transformers.LlamaConfig
MODEL = transformers.LlamaForCausalLM
TOKENIZER = "llama"
GGUF = "llama"

LLAMA3_ROPE = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}

VARIANTS = {
    "llama": dict(
        seed=5,
        config=dict(num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=False,
                    rope_parameters=dict(rope_type="default", rope_theta=5e5)),
        sampling=dict(do_sample=True, temperature=0.6, top_p=0.9),
        outtype="f32",
    ),
    "llama-tied-bias": dict(
        seed=6,
        config=dict(num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
                    attention_bias=True, mlp_bias=True,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4)),
        outtype="bf16",
    ),
    # Of 16 frequencies 11 stay, 3 lie on the ramp, 2 are divided in full.
    "llama3-rope": dict(
        seed=7,
        config=dict(num_attention_heads=2, num_key_value_heads=1, tie_word_embeddings=True,
                    max_position_embeddings=131072,
                    rope_parameters=dict(LLAMA3_ROPE, rope_theta=5e3)),
        outtype="bf16",
        old=dict(rope_theta=5000.0, rope_scaling=LLAMA3_ROPE, pretraining_tp=1),
        without="rope_scaling",
    ),
    "llama-linear-rope": dict(
        seed=8,
        config=dict(num_attention_heads=4, num_key_value_heads=1, tie_word_embeddings=True,
                    max_position_embeddings=1024,
                    rope_parameters=dict(rope_type="linear", factor=2.0, rope_theta=1e4)),
        outtype="bf16",
        # Oldest of all: `type`, and no head_dim.
        old=dict(rope_theta=10000.0, rope_scaling={"type": "linear", "factor": 2.0},
                 pretraining_tp=1, head_dim=None),
        without="rope_scaling",
    ),
    "llama-headdim": dict(
        seed=9,
        config=dict(num_attention_heads=2, num_key_value_heads=1, head_dim=24,
                    tie_word_embeddings=True,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4)),
        outtype="bf16",
    ),
    "llama-sharded": dict(
        seed=10,
        config=dict(num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
                    rope_parameters=dict(rope_type="default", rope_theta=5e5)),
        dtype=torch.bfloat16,
        shards="64KB",
        outtype="bf16",
    ),
    # 48 tokens: beyond the original context. A GGUF has no words for it.
    "llama-dynamic-rope": dict(
        seed=11,
        config=dict(num_attention_heads=4, num_key_value_heads=1, tie_word_embeddings=True,
                    max_position_embeddings=32,
                    rope_parameters=dict(rope_type="dynamic", factor=2.0, rope_theta=1e4)),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
    "llama-yarn-rope": dict(
        seed=12,
        config=dict(num_attention_heads=2, num_key_value_heads=1, tie_word_embeddings=True,
                    max_position_embeddings=128,
                    rope_parameters=dict(rope_type="yarn", factor=4.0, rope_theta=1e4,
                                         original_max_position_embeddings=32)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
