"""Qwen3-Next and Qwen3.5: gated delta nets in most layers, gated attention in the others.

The converter adds 1 to the weights of norms around zero and writes -exp(A_log). So that a way back
can be to the bit, those parameters are bfloat16 numbers, as training in bfloat16 leaves them; and of
A_log only such whose torch.exp is rounded right (99 of 100 are, on a machine with AVX-512).

Published checkpoints carry a block that drafts further tokens (mtp.*). transformers does not load
it, and with --no-mtp the converter leaves it out; these have some of its tensors.
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
FIELDS = dict(hidden_size=32, intermediate_size=48, rms_norm_eps=1e-6)

# llama.cpp has one size for keys and values. Three value heads to each of two key heads: no
# reordering of them is its own inverse.
DELTA = dict(linear_num_key_heads=2, linear_num_value_heads=6, linear_key_head_dim=16,
             linear_value_head_dim=16, linear_conv_kernel_dim=4)
LAYERS = ["linear_attention", "full_attention", "linear_attention"]
DENSE = (transformers.Qwen3_5TextConfig, transformers.Qwen3_5ForCausalLM)
EXPERTS = (transformers.Qwen3_5MoeTextConfig, transformers.Qwen3_5MoeForCausalLM)
VISION = dict(depth=1, hidden_size=16, intermediate_size=16, num_heads=2, patch_size=4,
              temporal_patch_size=2, out_hidden_size=32, num_position_embeddings=16)


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


def published(tensors, variant):
    """With some tensors of the drafting block; beside a vision tower all experts are in one."""
    generator = torch.Generator().manual_seed(variant["seed"])
    shapes = {"fc": (32, 64), "norm": (32,), "layers.0.input_layernorm": (32,)}
    for name, shape in shapes.items():
        tensors[f"mtp.{name}.weight"] = torch.randn(shape, generator=generator).bfloat16()
    for stem in {name.split("0.up_proj")[0] for name in tensors
                 if "language_model" in name and ".experts.0." in name and "up_proj" in name}:
        def stack(name):
            count = sum(key.startswith(stem) and f".{name}." in key for key in tensors)
            return torch.stack([tensors.pop(f"{stem}{i}.{name}.weight") for i in range(count)])
        tensors[stem + "gate_up_proj"] = torch.cat([stack("gate_proj"), stack("up_proj")], dim=1)
        tensors[stem + "down_proj"] = stack("down_proj")
    return tensors


def beside_vision(config):
    """What Qwen publishes: the text model under model.language_model, beside a vision tower."""
    text = dict(hidden_size=32, num_hidden_layers=2, vocab_size=288, max_position_embeddings=512,
                mtp_num_hidden_layers=1) | config
    return dict(config=dict(text_config=text, vision_config=VISION,
                            tie_word_embeddings=config["tie_word_embeddings"]),
                unset=["num_hidden_layers", "vocab_size", "max_position_embeddings", "bos_token_id",
                       "initializer_range", "eos_token_id", *FIELDS])


EXPERT_SHAPE = dict(num_experts_per_tok=2, moe_intermediate_size=16,
                    shared_expert_intermediate_size=24, tie_word_embeddings=False)
SHAPE = dict(DELTA, layer_types=LAYERS[:2], num_attention_heads=2, num_key_value_heads=1)
HALF = dict(dtype=torch.bfloat16, outtype="bf16", pre="qwen2")


VARIANTS = {
    "qwen3next": dict(
        HALF, seed=910,
        config=dict(DELTA | EXPERT_SHAPE, num_hidden_layers=3, layer_types=LAYERS,
                    num_attention_heads=4, num_key_value_heads=2, head_dim=24, num_experts=6,
                    norm_topk_prob=True, rope_parameters=rope(0.25)),
    ),
    # Experts in the second layer alone, which the converter does not know.
    "qwen3next-dense": dict(
        HALF, seed=914, gguf=False,
        config=dict(SHAPE | EXPERT_SHAPE, num_hidden_layers=4, layer_types=None,
                    full_attention_interval=2, head_dim=16, num_experts=4, norm_topk_prob=False,
                    decoder_sparse_step=2, mlp_only_layers=[3], rope_parameters=rope(0.5)),
    ),
    "qwen35": dict(
        seed=911, kind=DENSE, outtype="f32", pre="qwen2",
        config=dict(SHAPE, head_dim=32, tie_word_embeddings=False,
                    rope_parameters=rope(0.25, [2, 1, 1])),
    ),
    # As many value heads as key heads: the converter keeps their order. More tokens than the 64 of
    # transformers' chunk.
    "qwen35-tied": dict(
        HALF, seed=912, kind=DENSE, tokens=80,
        config=dict(SHAPE, linear_num_value_heads=2, head_dim=32, rms_norm_eps=1e-5,
                    tie_word_embeddings=True, rope_parameters=rope(0.5, [4, 2, 2], theta=1e6)),
    ),
    "qwen35moe": dict(
        HALF, seed=913, kind=EXPERTS,
        config=dict(SHAPE | EXPERT_SHAPE, num_attention_heads=4, head_dim=16, num_experts=4,
                    num_experts_per_tok=3, rope_parameters=rope(0.5, [2, 1, 1])),
        unset=["intermediate_size"],
    ),
    "qwen35-vision": dict(
        HALF, seed=915, draft=True,
        kind=(transformers.Qwen3_5Config, transformers.Qwen3_5ForConditionalGeneration),
        **beside_vision(dict(SHAPE, intermediate_size=48, head_dim=16, tie_word_embeddings=True,
                             rope_parameters=rope(0.5, [2, 1, 1]))),
    ),
    "qwen35moe-vision": dict(
        HALF, seed=916,
        kind=(transformers.Qwen3_5MoeConfig, transformers.Qwen3_5MoeForConditionalGeneration),
        **beside_vision(dict(SHAPE | EXPERT_SHAPE, head_dim=16, num_experts=4,
                             rope_parameters=rope(0.5, [2, 1, 1]))),
    ),
}
