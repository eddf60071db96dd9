"""DeepSeek V2: latent attention, a leading dense layer, experts of the best groups."""

import torch
import transformers

CONFIG = transformers.DeepseekV2Config
MODEL = transformers.DeepseekV2ForCausalLM
TOKENIZER = "qwen"
GGUF = "deepseek2"
PLAIN_TENSORS = False
FIELDS = dict(rms_norm_eps=1e-6)

LATENT = dict(num_attention_heads=4, num_key_value_heads=4, kv_lora_rank=32, qk_nope_head_dim=16,
              qk_rope_head_dim=8, v_head_dim=24, num_experts_per_tok=2, moe_intermediate_size=16,
              n_shared_experts=2, first_k_dense_replace=1)
# As published configurations are written: without what transformers 5 derives.
DERIVED = ("head_dim", "qk_head_dim")
# What they state beside it.
HUB = dict(aux_loss_alpha=0.001, ep_size=1, moe_layer_freq=1, seq_aux=True)

VARIANTS = {
    "deepseek-v2": dict(
        seed=610,
        config=dict(LATENT, q_lora_rank=24, n_routed_experts=8, n_group=4, topk_group=2,
                    topk_method="group_limited_greedy", norm_topk_prob=False,
                    routed_scaling_factor=4.0, scoring_func="softmax",
                    rope_parameters=dict(
                        rope_type="yarn", rope_theta=10000.0, factor=8.0, beta_fast=32,
                        beta_slow=1, mscale=0.707, mscale_all_dim=0.707,
                        original_max_position_embeddings=64)),
        underived=DERIVED,
        old=dict(HUB, topk_method="group_limited_greedy", rope_theta=10000, rope_scaling=dict(
            beta_fast=32, beta_slow=1, factor=8, mscale=0.707, mscale_all_dim=0.707,
            original_max_position_embeddings=64, type="yarn")),
        without="rope_scaling",
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
    # Queries without a latent, no groups, plain rope: V2-Lite.
    "deepseek-v2-lite": dict(
        seed=611,
        config=dict(LATENT, q_lora_rank=None, n_routed_experts=4, n_group=1, topk_group=1,
                    topk_method="greedy", norm_topk_prob=False, routed_scaling_factor=1.0,
                    scoring_func="softmax",
                    rope_parameters=dict(rope_type="default", rope_theta=10000.0)),
        underived=DERIVED,
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
