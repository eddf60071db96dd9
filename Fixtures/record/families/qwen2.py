"""Qwen2 and Qwen2.5."""

import torch
import transformers

CONFIG = transformers.Qwen2Config
MODEL = transformers.Qwen2ForCausalLM
TOKENIZER = "qwen"
GGUF = "qwen2"

QWEN_SAMPLING = dict(
    do_sample=True, temperature=0.7, top_p=0.8, top_k=20, repetition_penalty=1.05
)


VARIANTS = {
    "qwen2-tied": dict(
        seed=1,
        config=dict(num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
                    rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=1e4)),
        sampling=QWEN_SAMPLING,
        outtype="f32",
    ),
    # Every number as a Qwen1.5 has it.
    "qwen2-untied": dict(
        seed=2,
        config=dict(num_attention_heads=4, num_key_value_heads=4, tie_word_embeddings=False,
                    rms_norm_eps=1e-6, rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        dtype=torch.bfloat16,
        outtype="bf16",
        old=dict(rope_theta=1000000.0, sliding_window=512, use_sliding_window=False,
                 max_window_layers=2),
    ),
}
