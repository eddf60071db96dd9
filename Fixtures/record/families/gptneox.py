"""GPT-NeoX and Pythia: queries, keys and values fused head by head, rope on part of a head."""

import torch
import transformers

CONFIG = transformers.GPTNeoXConfig
MODEL = transformers.GPTNeoXForCausalLM
TOKENIZER = "qwen"
GGUF = "gptneox"
FIELDS = dict(layer_norm_eps=1e-5, num_attention_heads=4)
# Files of the hub state these, and the converter reads them.
STATED = dict(rotary_pct=0.25, rotary_emb_base=10000)

VARIANTS = {
    "gptneox": dict(
        seed=210,
        config=dict(rotary_pct=0.25, rotary_emb_base=10000),
        unset=("rms_norm_eps",),
        edit=STATED,
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # One branch after the other, and no biases in attention.
    "gptneox-serial": dict(
        seed=211,
        config=dict(rotary_pct=0.5, rotary_emb_base=10000, use_parallel_residual=False,
                    attention_bias=False),
        unset=("rms_norm_eps",),
        edit=dict(STATED, rotary_pct=0.5),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # A GGUF does not say the base.
    "gptneox-base": dict(
        seed=212,
        config=dict(rotary_pct=1.0, rotary_emb_base=25000),
        unset=("rms_norm_eps",),
        edit=dict(rotary_pct=1.0, rotary_emb_base=25000),
        dtype=torch.bfloat16,
        outtype="bf16",
        gguf=False,
    ),
}
