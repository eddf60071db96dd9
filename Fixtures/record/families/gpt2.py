"""GPT-2: learned positions, layer norms, transposed projections."""

import torch
import transformers

CONFIG = transformers.GPT2Config
MODEL = transformers.GPT2LMHeadModel
TOKENIZER = "qwen"
GGUF = "gpt2"
FIELDS = dict(hidden_size=64, n_layer=2, n_positions=64, n_ctx=64, layer_norm_epsilon=1e-5)

VARIANTS = {
    "gpt2": dict(
        seed=70,
        config=dict(n_head=4),
        unset=("num_hidden_layers", "intermediate_size", "max_position_embeddings", "rms_norm_eps"),
        outtype="bf16",
        dtype=torch.bfloat16,
    ),
}


def adjust(model, generator):
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if ".ln_" in name and name.endswith("weight"):
                parameter.uniform_(0.5, 1.5, generator=generator)
