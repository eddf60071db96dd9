"""gpt-oss: a sink beside each head's scores, a window in every other layer, experts with biases and
a clamped gate, YaRN whose ramp is not rounded. The published models hold their experts as MXFP4, in
two tensors of bytes each."""

import torch
import transformers
from safetensors.torch import load_file, save_file

CONFIG = transformers.GptOssConfig
MODEL = transformers.GptOssForCausalLM
TOKENIZER = "qwen"
GGUF = "gpt-oss"
PLAIN_TENSORS = False

SHAPE = dict(
    num_attention_heads=4, num_key_value_heads=2, head_dim=16, num_local_experts=4,
    num_experts_per_tok=2, intermediate_size=32, sliding_window=8, num_hidden_layers=2,
    rope_parameters=dict(
        rope_type="yarn", rope_theta=150000.0, factor=4.0, beta_fast=32.0, beta_slow=1.0,
        truncate=False, original_max_position_embeddings=128))

VARIANTS = {
    "gpt-oss": dict(seed=600, config=SHAPE, dtype=torch.bfloat16, outtype="bf16"),
    # The hub's files: transformers 4's rope keys, and three that this transformers does not write.
    "gpt-oss-mxfp4": dict(
        seed=601,
        # Rows of experts of three and of two blocks.
        config=dict(SHAPE, hidden_size=96, num_local_experts=3, intermediate_size=64),
        dtype=torch.bfloat16, outtype="bf16", microscaled=True,
        edit=dict(
            rope_parameters=None, rope_theta=150000,
            rope_scaling=dict(
                rope_type="yarn", factor=4.0, beta_fast=32.0, beta_slow=1.0, truncate=False,
                original_max_position_embeddings=128),
            experts_per_token=2, initial_context_length=128,
            quantization_config=dict(
                quant_method="mxfp4",
                modules_to_not_convert=[
                    "model.layers.*.self_attn", "model.layers.*.mlp.router",
                    "model.embed_tokens", "lm_head"]))),
}


def adjust(model, generator):
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            # Gates that reach the clamp.
            if name.endswith("gate_up_proj"):
                parameter.mul_(6)


def rewrite(directory, variant):
    """Experts of random codes, as the hub's files hold them: [experts, rows, blocks, 16] pairs of
    codes, the earlier in the low bits, and a scale 2^(s - 127) for each block."""
    if not variant.get("microscaled"):
        return
    path = directory / "model.safetensors"
    tensors = load_file(path)
    generator = torch.Generator().manual_seed(variant["seed"])
    for name in sorted(tensors):
        if name.endswith(("gate_up_proj", "down_proj")):
            experts, columns, rows = tensors.pop(name).shape
            blocks = (experts, rows, columns // 32)
            tensors[name + "_blocks"] = torch.randint(
                256, (*blocks, 16), generator=generator, dtype=torch.uint8)
            # A gate's values reach the clamp.
            first = 124 if name.endswith("gate_up_proj") else 122
            tensors[name + "_scales"] = torch.randint(
                first, first + 3, blocks, generator=generator, dtype=torch.uint8)
    save_file(tensors, path, metadata={"format": "pt"})
