"""The text models of Qwen2-VL, Qwen2.5-VL and Qwen3-VL, beside their vision towers.

Tokens of text stand at one position in all sections of a head, so rope is the plain one.
"""

import torch
import transformers

CONFIG = transformers.Qwen2VLConfig
MODEL = transformers.Qwen2VLForConditionalGeneration
TOKENIZER = "qwen"
GGUF = "qwen2vl"
PLAIN_TENSORS = False
TEXT = dict(hidden_size=64, num_hidden_layers=2, intermediate_size=96, vocab_size=288,
            max_position_embeddings=512, initializer_range=0.25, rms_norm_eps=1e-6,
            num_attention_heads=4, num_key_value_heads=2, bos_token_id=281, eos_token_id=283)
TOP = ("hidden_size", "num_hidden_layers", "intermediate_size", "vocab_size",
       "max_position_embeddings", "initializer_range", "rms_norm_eps", "bos_token_id",
       "eos_token_id")
# Only there to be left out.
VISION = dict(depth=1, hidden_size=16, num_heads=2, patch_size=4, temporal_patch_size=2)
QWEN25 = (transformers.Qwen2_5_VLConfig, transformers.Qwen2_5_VLForConditionalGeneration)
QWEN3 = (transformers.Qwen3VLConfig, transformers.Qwen3VLForConditionalGeneration)
QWEN3_MOE = (transformers.Qwen3VLMoeConfig, transformers.Qwen3VLMoeForConditionalGeneration)


def rope(sections, theta=1e6, **more):
    return dict(rope_type="default", rope_theta=theta, mrope_section=sections, **more)


def nested(name, tensor):
    for prefix, other in [("model.", "model.language_model."), ("visual.", "model.visual.")]:
        if name.startswith(prefix):
            return other + name.removeprefix(prefix), tensor
    return name, tensor


def turned(name, tensor):
    """As the published files have them."""
    return name, tensor.mT.contiguous() if ".experts." in name else tensor


VARIANTS = {
    "qwen2vl": dict(
        seed=130,
        config=dict(text_config=dict(TEXT, rope_parameters=rope([2, 3, 3])),
                    vision_config=dict(depth=1, embed_dim=16, hidden_size=64, num_heads=2,
                                       mlp_ratio=1, patch_size=4),
                    tie_word_embeddings=False),
        unset=TOP, dtype=torch.bfloat16, outtype="bf16",
        # As the files of the hub have it: one level.
        flat="text_config",
        old=dict(rope_theta=1000000.0, rope_scaling=dict(type="mrope", mrope_section=[2, 3, 3]),
                 sliding_window=512, use_sliding_window=False, max_window_layers=2),
    ),
    # The names of transformers 4.52 to 4.57 in memory, which some files have.
    "qwen2vl-nested": dict(
        seed=134,
        config=dict(text_config=dict(TEXT, rope_parameters=rope([2, 3, 3])),
                    vision_config=dict(depth=1, embed_dim=16, hidden_size=64, num_heads=2,
                                       mlp_ratio=1, patch_size=4),
                    tie_word_embeddings=False),
        unset=TOP, dtype=torch.bfloat16, outtype="bf16", gguf=False,
        rearrange=nested,
    ),
    "qwen25vl": dict(
        seed=131, kind=QWEN25,
        config=dict(text_config=dict(TEXT, rope_parameters=rope([2, 3, 3])),
                    vision_config=dict(VISION, intermediate_size=16, out_hidden_size=64,
                                       fullatt_block_indexes=[0], window_size=8),
                    tie_word_embeddings=True),
        unset=TOP, dtype=torch.bfloat16, outtype="bf16",
    ),
    "qwen3vl": dict(
        seed=132, kind=QWEN3, tokenizer="qwen-post",
        config=dict(text_config=dict(TEXT, head_dim=32, rope_parameters=rope(
                        [6, 5, 5], 5e6, mrope_interleaved=True)),
                    vision_config=dict(VISION, intermediate_size=16, out_hidden_size=64,
                                       num_position_embeddings=16, deepstack_visual_indexes=[0]),
                    tie_word_embeddings=True),
        unset=TOP, dtype=torch.bfloat16, outtype="bf16",
    ),
    "qwen3vlmoe": dict(
        seed=133, kind=QWEN3_MOE, tokenizer="qwen-post",
        config=dict(text_config=dict(TEXT, head_dim=16, num_experts=4, num_experts_per_tok=2,
                                     moe_intermediate_size=24, rope_parameters=rope(
                                         [3, 3, 2], 5e6, mrope_interleaved=True)),
                    vision_config=dict(VISION, intermediate_size=16, out_hidden_size=64,
                                       num_position_embeddings=16, deepstack_visual_indexes=[0]),
                    tie_word_embeddings=False),
        unset=TOP, dtype=torch.bfloat16, outtype="bf16", rearrange=turned,
    ),
    # As transformers 5 saves what it has not loaded: the experts are not turned.
    "qwen3vlmoe-rows": dict(
        seed=135, kind=QWEN3_MOE, tokenizer="qwen-post",
        config=dict(text_config=dict(TEXT, head_dim=16, num_experts=4, num_experts_per_tok=2,
                                     moe_intermediate_size=24, rope_parameters=rope(
                                         [3, 3, 2], 5e6, mrope_interleaved=True)),
                    vision_config=dict(VISION, intermediate_size=16, out_hidden_size=64,
                                       num_position_embeddings=16, deepstack_visual_indexes=[0]),
                    tie_word_embeddings=False),
        unset=TOP, dtype=torch.bfloat16, outtype="bf16", gguf=False,
    ),
}
