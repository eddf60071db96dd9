"""MiniCPM 1 and 2, which transformers has no class for: Llama with three factors. They are put
where OpenBMB's modeling_minicpm.py has them: on the embeddings, on what each branch adds, and under
the head's input."""

import torch
import transformers


class Config(transformers.LlamaConfig):
    model_type = "minicpm"
    scale_emb: float = 1.0
    scale_depth: float = 1.0
    dim_model_base: int = 1

    def to_dict(self):
        """The original has neither key."""
        return {k: v for k, v in super().to_dict().items() if k not in ("head_dim", "mlp_bias")}


class MiniCPMForCausalLM(transformers.LlamaForCausalLM):
    config_class = Config

    def __init__(self, config):
        super().__init__(config)
        branch = config.scale_depth / config.num_hidden_layers**0.5
        width = config.hidden_size / config.dim_model_base
        self.model.embed_tokens.register_forward_hook(lambda m, i, out: out * config.scale_emb)
        for layer in self.model.layers:
            layer.self_attn.register_forward_hook(lambda m, i, out: (out[0] * branch, *out[1:]))
            layer.mlp.register_forward_hook(lambda m, i, out: out * branch)
        self.lm_head.register_forward_pre_hook(lambda m, inputs: (inputs[0] / width,))


transformers.AutoConfig.register("minicpm", Config)
transformers.AutoModelForCausalLM.register(Config, MiniCPMForCausalLM)

CONFIG = Config
MODEL = MiniCPMForCausalLM
TOKENIZER = "llama"
GGUF = "minicpm"
CONVERTERS = ["minicpm.MiniCPMModel"]

VARIANTS = {
    "minicpm": dict(
        seed=260,
        config=dict(num_attention_heads=4, num_key_value_heads=2, scale_emb=12, scale_depth=1.4,
                    dim_model_base=32, tie_word_embeddings=True,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4)),
        dtype=torch.bfloat16,
        outtype="bf16",
        old=dict(rope_theta=10000.0),
    ),
    # MiniCPM4: 48 tokens are beyond the original context, which is the whole of it.
    "minicpm-long": dict(
        seed=261,
        config=dict(num_attention_heads=4, num_key_value_heads=1, scale_emb=12, scale_depth=1.4,
                    dim_model_base=16, tie_word_embeddings=False, max_position_embeddings=32,
                    rope_parameters=dict(
                        rope_type="longrope", rope_theta=1e4,
                        short_factor=[1.0, 1.01, 1.05, 1.1, 1.2, 1.5, 2.0, 3.0],
                        long_factor=[1.0, 1.1, 1.5, 2.2, 3.5, 6.0, 9.0, 12.0],
                        original_max_position_embeddings=32)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
