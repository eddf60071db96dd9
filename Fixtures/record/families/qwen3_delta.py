"""Qwen3-Next and Qwen3.5: gated delta nets in most layers, gated attention in the others.

Beside what every family has: `kind` is a variant's own configuration and model class, ARGUMENTS are
for the converter, `pre` is the name of the pre-tokenizer: the tiny tokenizer is Qwen2's. transformers needs
experts_implementation="eager" for its pass in float64.

The converter adds 1 to the weights of norms around zero and writes -exp(A_log). So that a way back
can be to the bit, those parameters are bfloat16 numbers, as training in bfloat16 leaves them; and of
A_log only such whose torch.exp is rounded right (99 of 100 are, on a machine with AVX-512).

Published checkpoints carry a draft layer (mtp.*), which transformers does not load and these do not
have: without --no-mtp the converter refuses a Qwen3-Next that lacks it.
"""

import torch
import transformers

CONFIG = transformers.Qwen3NextConfig
MODEL = transformers.Qwen3NextForCausalLM
TOKENIZER = "qwen"
GGUF = "qwen3next"
ARGUMENTS = ["--no-mtp"]
NORM_CENTRE = 0
PLAIN_TENSORS = False
FIELDS = dict(rms_norm_eps=1e-6)

# llama.cpp has one size for keys and values. Three value heads to each of two key heads: no
# reordering of them is its own inverse.
DELTA = dict(linear_num_key_heads=2, linear_num_value_heads=6, linear_key_head_dim=16,
             linear_value_head_dim=16, linear_conv_kernel_dim=4)
LAYERS = ["linear_attention", "full_attention", "linear_attention"]
DENSE = (transformers.Qwen3_5TextConfig, transformers.Qwen3_5ForCausalLM)
EXPERTS = (transformers.Qwen3_5MoeTextConfig, transformers.Qwen3_5MoeForCausalLM)


def rope(factor, sections=None, theta=1e7):
    rope = dict(rope_type="default", rope_theta=theta, partial_rotary_factor=factor)
    return rope | (dict(mrope_section=sections, mrope_interleaved=True) if sections else {})


def adjust(model, generator):
    """Time constants from a token to hundreds."""
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if name.endswith("A_log"):
                drawn = torch.empty(4 * len(parameter)).uniform_(-5, 1, generator=generator)
                drawn = drawn.bfloat16().float()
                right = drawn.exp() == drawn.double().exp().float()
                parameter.copy_(drawn[right][:len(parameter)])
            elif name.endswith("dt_bias"):
                parameter.uniform_(-3, 3, generator=generator)
            elif name.endswith("linear_attn.norm.weight"):
                parameter.add_(1)
            if name.endswith("norm.weight"):
                parameter.copy_(parameter.bfloat16())


VARIANTS = {
    "qwen3next": dict(
        seed=910,
        config=dict(DELTA, num_hidden_layers=3, layer_types=LAYERS, num_attention_heads=4,
                    num_key_value_heads=2, head_dim=24, num_experts=6, num_experts_per_tok=2,
                    moe_intermediate_size=16, shared_expert_intermediate_size=24,
                    norm_topk_prob=True, tie_word_embeddings=False, rope_parameters=rope(0.25)),
        dtype=torch.bfloat16,
        outtype="bf16",
        pre="qwen2",
    ),
    "qwen35": dict(
        seed=911, kind=DENSE,
        config=dict(DELTA, layer_types=LAYERS[:2], num_attention_heads=2, num_key_value_heads=1,
                    head_dim=32, tie_word_embeddings=False,
                    rope_parameters=rope(0.25, [2, 1, 1])),
        outtype="f32",
        pre="qwen2",
    ),
    # As many value heads as key heads: the converter keeps their order. More tokens than the 64 of
    # transformers' chunk.
    "qwen35-tied": dict(
        seed=912, kind=DENSE, tokens=80,
        config=dict(DELTA, linear_num_value_heads=2, layer_types=LAYERS[:2], num_attention_heads=2,
                    num_key_value_heads=1, head_dim=32, rms_norm_eps=1e-5,
                    tie_word_embeddings=True, rope_parameters=rope(0.5, [4, 2, 2], theta=1e6)),
        dtype=torch.bfloat16,
        outtype="bf16",
        pre="qwen2",
    ),
    "qwen35moe": dict(
        seed=913, kind=EXPERTS,
        config=dict(DELTA, layer_types=LAYERS[:2], num_attention_heads=4, num_key_value_heads=1,
                    head_dim=16, num_experts=4, num_experts_per_tok=3, moe_intermediate_size=16,
                    shared_expert_intermediate_size=24, tie_word_embeddings=False,
                    rope_parameters=rope(0.5, [2, 1, 1])),
        unset=["intermediate_size"],
        dtype=torch.bfloat16,
        outtype="bf16",
        pre="qwen2",
    ),
}
