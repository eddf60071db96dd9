"""StarCoder2: layer norms, biases, a plain feed-forward network, rope."""

import torch
import transformers

CONFIG = transformers.Starcoder2Config
MODEL = transformers.Starcoder2ForCausalLM
TOKENIZER = "qwen"
GGUF = "starcoder2"
FIELDS = dict(norm_epsilon=1e-5, num_attention_heads=4, num_key_value_heads=2)

VARIANTS = {
    "starcoder2": dict(
        seed=200,
        config=dict(rope_parameters=dict(rope_type="default", rope_theta=1e5)),
        unset=("rms_norm_eps",),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # A GGUF does not say the window, which is shorter than the text.
    "starcoder2-window": dict(
        seed=201,
        config=dict(sliding_window=16, use_bias=False, tie_word_embeddings=False,
                    rope_parameters=dict(rope_type="default", rope_theta=1e5)),
        unset=("rms_norm_eps",),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
