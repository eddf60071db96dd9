"""Records Fixtures/delta/<name>.safetensors: what one gated delta net of transformers computes.

    python Fixtures/record/delta.py

Recorded with transformers 5.23.0, torch 2.15.0, safetensors 0.8.0: float32, one thread, no compiled
kernels. All rows are tokens. Weights have the names that checkpoints give them, and beside them are

    hidden               [tokens][hidden]: the layer's input
    mixed                [tokens][channels]: queries, keys, values after convolution and SiLU
    beta, g              [tokens][value heads]: sigmoid, and the logarithm of the decay
    core                 [tokens][value heads · value size]: what the delta rule gives
    normed               the same after the gated norm
    out                  [tokens][hidden]: the layer's output, all tokens at once: in chunks of 64
    state                [value heads][key size][value size] after the last token
    stepped              `out` of the tokens after the first `prefix`, which came one by one
    shape                key heads, value heads, key size, value size, taps, prefix
"""

import pathlib
import sys

sys.path.pop(0)  # this folder has a tokenizers.py of its own

import torch
import transformers
from safetensors.torch import save_file
from transformers.cache_utils import DynamicCache
from transformers.models.qwen3_5 import modeling_qwen3_5 as qwen35
from transformers.models.qwen3_next import modeling_qwen3_next as qwen3next

TARGET = pathlib.Path(__file__).resolve().parent.parent / "delta"
TOKENS, PREFIX, HIDDEN, EPSILON = 88, 70, 32, 1e-5

# Key size, value size and the number of heads differ, so that none can pass for another.
CASES = {
    "qwen3next": (qwen3next, "Qwen3NextGatedDeltaNet", transformers.Qwen3NextConfig,
                  dict(key_heads=2, value_heads=6, key_size=16, value_size=24, taps=4)),
    "qwen35": (qwen35, "Qwen3_5GatedDeltaNet", transformers.Qwen3_5TextConfig,
               dict(key_heads=3, value_heads=3, key_size=20, value_size=16, taps=4)),
}


def record(name, module, layer, config, shape):
    config = config(
        hidden_size=HIDDEN, num_hidden_layers=1, layer_types=["linear_attention"],
        rms_norm_eps=EPSILON, linear_num_key_heads=shape["key_heads"],
        linear_num_value_heads=shape["value_heads"], linear_key_head_dim=shape["key_size"],
        linear_value_head_dim=shape["value_size"], linear_conv_kernel_dim=shape["taps"])
    net = getattr(module, layer)(config, 0).float().eval()
    generator = torch.Generator().manual_seed(sorted(CASES).index(name) + 1)
    with torch.no_grad():
        for parameter, values in sorted(net.named_parameters()):
            if parameter == "norm.weight":
                values.uniform_(0.5, 1.5, generator=generator)
            elif parameter == "A_log":  # from heads that forget at once to heads that hardly do
                values.uniform_(-5, 1, generator=generator)
            elif parameter == "dt_bias":
                values.uniform_(-3, 3, generator=generator)
            else:
                values.normal_(0, 0.3, generator=generator)
    hidden = torch.randn(1, TOKENS, HIDDEN, generator=generator)

    kept = {}
    chunked = module.torch_chunk_gated_delta_rule

    def watched(query, key, value, **arguments):
        core, state = chunked(query, key, value, **{**arguments, "output_final_state": True})
        kept["mixed"] = torch.cat([x.flatten(2) for x in (query, key, value)], dim=-1)[0]
        kept["beta"], kept["g"] = arguments["beta"][0], arguments["g"][0]
        kept["core"], kept["state"] = core[0].flatten(1), state[0]
        return core, state

    net.norm.register_forward_hook(
        lambda _, __, output: kept.__setitem__("normed", output.reshape(TOKENS, -1)))
    with torch.inference_mode():
        module.torch_chunk_gated_delta_rule = watched
        kept["out"] = net(hidden)[0]
        module.torch_chunk_gated_delta_rule = chunked
        net.norm._forward_hooks.clear()
        cache = DynamicCache(config=config)
        net(hidden[:, :PREFIX], cache_params=cache)
        kept["stepped"] = torch.cat(
            [net(hidden[:, i:i + 1], cache_params=cache)[0] for i in range(PREFIX, TOKENS)])
        wide = net.double()(hidden.double())[0]
    kept["shape"] = torch.tensor([*shape.values(), PREFIX])
    kept["hidden"] = hidden[0]
    noise = ((kept["out"] - wide) ** 2).sum() / (wide ** 2).sum()
    print(f"{name}: output's deviation {kept['out'].std():.3g}, NMSE to float64 {noise:.2g}, "
          f"decay {kept['g'].exp().min():.3g} to {kept['g'].exp().max():.3g}")
    weights = {key: value.float() for key, value in net.state_dict().items()}
    save_file(
        {key: value.clone().contiguous() for key, value in {**weights, **kept}.items()},
        TARGET / f"{name}.safetensors",
        metadata={"source": f"Fixtures/record/delta.py: transformers {transformers.__version__}, "
                            f"torch {torch.__version__}, float32"})


torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
TARGET.mkdir(exist_ok=True)
for name, case in CASES.items():
    record(name, *case)
