"""EXAONE 4: norms after the branches; windows, and rope only where there is one."""

import torch
import transformers

CONFIG = transformers.Exaone4Config
MODEL = transformers.Exaone4ForCausalLM
TOKENIZER = "llama"
GGUF = "exaone4"
LLAMA3 = dict(rope_type="llama3", factor=16.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=8192, rope_theta=5e3)

VARIANTS = {
    "exaone4": dict(
        seed=270,
        config=dict(hidden_size=32, intermediate_size=48, num_hidden_layers=5,
                    num_attention_heads=4, num_key_value_heads=2, head_dim=8, sliding_window=16,
                    sliding_window_pattern="LLLG",
                    layer_types=["sliding_attention"] * 3 + ["full_attention"] * 2,
                    rope_parameters=dict(rope_type="default", rope_theta=1e3)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # No window: rope rotates all.
    "exaone4-full": dict(
        seed=271,
        config=dict(num_attention_heads=2, num_key_value_heads=1, head_dim=32,
                    sliding_window=None, sliding_window_pattern=None,
                    layer_types=["full_attention"] * 2, tie_word_embeddings=True,
                    max_position_embeddings=65536, rope_parameters=LLAMA3),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
