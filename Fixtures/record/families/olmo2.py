"""OLMo 2: norms after the branches, and of queries and keys over their whole width."""

import torch
import transformers

CONFIG = transformers.Olmo2Config
MODEL = transformers.Olmo2ForCausalLM
TOKENIZER = "llama"
GGUF = "olmo2"
FIELDS = dict(pad_token_id=0)

VARIANTS = {
    "olmo2": dict(
        seed=240,
        config=dict(num_attention_heads=4, num_key_value_heads=2,
                    rope_parameters=dict(rope_type="default", rope_theta=5e5)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
