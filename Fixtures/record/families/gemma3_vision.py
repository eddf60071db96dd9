"""Gemma 3 as it is published from 4B on: the text model beside a vision tower."""

import torch
import transformers

CONFIG = transformers.Gemma3Config
MODEL = transformers.Gemma3ForConditionalGeneration
TOKENIZER = "llama"
GGUF = "gemma3"
NORM_CENTRE = 0

VARIANTS = {
    "gemma3-vision": dict(
        seed=222,
        config=dict(
            text_config=dict(
                hidden_size=32, intermediate_size=48, num_hidden_layers=7, vocab_size=288,
                max_position_embeddings=512, num_attention_heads=2, num_key_value_heads=1,
                head_dim=16, sliding_window=16, query_pre_attn_scalar=16, rms_norm_eps=1e-5,
                rope_parameters=dict(
                    full_attention=dict(rope_type="linear", factor=8.0, rope_theta=1e3),
                    sliding_attention=dict(rope_type="default", rope_theta=1e2))),
            vision_config=dict(hidden_size=16, intermediate_size=16, num_hidden_layers=1,
                               num_attention_heads=2, image_size=16, patch_size=4),
            image_token_index=287, mm_tokens_per_image=4),
        unset=["hidden_size", "num_hidden_layers", "intermediate_size", "vocab_size",
               "max_position_embeddings", "rms_norm_eps"],
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
