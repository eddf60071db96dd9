"""SmolLM3: layers without rope."""

import torch
import transformers

CONFIG = transformers.SmolLM3Config
MODEL = transformers.SmolLM3ForCausalLM
TOKENIZER = "llama"
GGUF = "smollm3"
FIELDS = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=5, pad_token_id=0)
SHAPE = dict(num_attention_heads=4, num_key_value_heads=2,
             rope_parameters=dict(rope_type="default", rope_theta=1e3))

VARIANTS = {
    "smollm3": dict(
        seed=230,
        config=dict(SHAPE, tie_word_embeddings=True),
        dtype=torch.bfloat16,
        outtype="bf16",
        old=dict(rope_theta=1e3, no_rope_layer_interval=4, pretraining_tp=2),
        without="rope_theta",
    ),
    # A GGUF does not say which layers rope leaves alone.
    "smollm3-layers": dict(
        seed=231,
        config=dict(SHAPE, num_hidden_layers=3, no_rope_layers=[1, 0, 0], attention_bias=True,
                    mlp_bias=True, tie_word_embeddings=False),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
