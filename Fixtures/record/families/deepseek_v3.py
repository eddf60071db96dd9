"""DeepSeek V3: V2 with sigmoid routing, whose choice a learned bias corrects."""

import torch
import transformers

CONFIG = transformers.DeepseekV3Config
MODEL = transformers.DeepseekV3ForCausalLM
TOKENIZER = "qwen"
GGUF = "deepseek2"
PLAIN_TENSORS = False

VARIANTS = {
    "deepseek-v3": dict(
        seed=620,
        # Norms of latent vectors have an epsilon of their own: 1e-6, whatever this says.
        config=dict(rms_norm_eps=0.01, num_attention_heads=4, num_key_value_heads=4, kv_lora_rank=32,
                    q_lora_rank=24, qk_nope_head_dim=16, qk_rope_head_dim=8, v_head_dim=16,
                    num_experts_per_tok=3, moe_intermediate_size=16, n_shared_experts=1,
                    first_k_dense_replace=1, n_routed_experts=8, n_group=4, topk_group=2,
                    topk_method="noaux_tc", norm_topk_prob=True, routed_scaling_factor=2.5,
                    scoring_func="sigmoid",
                    rope_parameters=dict(
                        rope_type="yarn", rope_theta=10000.0, factor=8.0, beta_fast=32,
                        beta_slow=1, mscale=1.0, mscale_all_dim=1.0,
                        original_max_position_embeddings=64)),
        underived=("head_dim", "qk_head_dim", "num_mtp_layers", "num_nextn_predict_layers"),
        old=dict(aux_loss_alpha=0.001, ep_size=1, moe_layer_freq=1, seq_aux=True,
                 num_nextn_predict_layers=1, rope_theta=10000, rope_scaling=dict(
                     beta_fast=32, beta_slow=1, factor=8, mscale=1.0, mscale_all_dim=1.0,
                     original_max_position_embeddings=64, type="yarn")),
        without="rope_scaling",
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}


def adjust(model, generator):
    with torch.no_grad():
        for name, buffer in sorted(model.named_buffers()):
            # Some below any score: an expert outside the best groups never comes instead.
            if name.endswith("e_score_correction_bias"):
                buffer.uniform_(-1.5, 0.5, generator=generator)
