"""Holds the goldens of the first Qwen against its original code, and records what its `generate`
gives: Fixtures/families/{qwen,qwen-long,qwen-partial}/generate.json. Writes qwen-long's configuration
in the layout of the first release.

    pip install transformers==4.32.0 einops torch safetensors
    python Fixtures/record/qwen_original.py ORIGINAL FIRST

ORIGINAL is a directory with modeling_qwen.py, configuration_qwen.py and qwen_generation_utils.py as
they are published beside the weights of Qwen-7B (the release of September 2023), FIRST one with those
of August 2023. Recorded with transformers 4.32.0 and torch 2.15.0, float32, no flash attention.

The prompts are shorter and longer than `seq_length`, and the continuations go beyond it: decoding
keeps the base of rope that the prompt's length gave.
"""

import importlib
import json
import pathlib
import sys

# A script beside this one is named as a package is.
sys.path.pop(0)

import torch
import transformers
from safetensors.torch import load_file

FAMILIES = pathlib.Path(__file__).resolve().parent.parent / "families"


# Names of the first release.
FIRST = dict(n_embd="hidden_size", n_head="num_attention_heads", n_layer="num_hidden_layers",
             n_positions="max_position_embeddings", ffn_hidden_size="intermediate_size",
             attn_pdrop="attn_dropout_prob", embd_pdrop="emb_dropout_prob")
FIRST_ONLY = dict(activation="swiglu", apply_residual_connection_post_layernorm=False,
                  bias_dropout_fusion=True, padded_vocab_size=288, params_dtype="torch.bfloat16",
                  pos_emb="rotary", resid_pdrop=0.1, tokenizer_type="QWenTokenizer")


def load(original, directory, file="config.json"):
    sys.path.insert(0, str(original.resolve().parent))
    configuration = importlib.import_module(original.name + ".configuration_qwen")
    modeling = importlib.import_module(original.name + ".modeling_qwen")
    config = json.loads((directory / file).read_text())
    # Only how it is computed: in float32, by plain torch.
    config |= dict(bf16=False, fp16=False, fp32=True, use_flash_attn=False)
    model = modeling.QWenLMHeadModel(configuration.QWenConfig(**config)).float().eval()
    weights = load_file(directory / "model.safetensors")
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return model


def main():
    original = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)
    for name in ["qwen", "qwen-long", "qwen-partial"]:
        model = load(original, FAMILIES / name)
        golden = load_file(FAMILIES / name / "golden.safetensors")
        with torch.inference_mode():
            logits = model(golden["tokens"][None]).logits[0]
            distance = (logits - golden["logits"]).abs().max()
            print(f"{name}: the golden is within {distance:.2g} of the original")
            assert distance < 5e-5
            cases = []
            for count in [8, 20, 41]:
                prompt = golden["tokens"][:count]
                out = model.generate(
                    prompt[None], attention_mask=torch.ones(1, count, dtype=torch.long),
                    max_new_tokens=24, do_sample=False, eos_token_id=None, pad_token_id=0)
                cases.append(dict(prompt=prompt.tolist(), continuation=out[0, count:].tolist()))
        document = dict(
            source="Fixtures/record/qwen_original.py: modeling_qwen.py under transformers "
            f"{transformers.__version__}, torch {torch.__version__.split('+')[0]}, greedy, float32",
            cases=cases)
        (FAMILIES / name / "generate.json").write_text(json.dumps(document) + "\n")
    first(pathlib.Path(sys.argv[2]), FAMILIES / "qwen-long")


def first(original, directory):
    config = json.loads((directory / "config.json").read_text())
    for old, new in FIRST.items():
        config[old] = config.pop(new)
    for key in ["dtype", "softmax_in_fp32", "use_cache_kernel", "use_cache_quantization"]:
        config.pop(key, None)
    config = dict(sorted((config | FIRST_ONLY | {"transformers_version": "4.31.0"}).items()))
    (directory / "config.old.json").write_text(json.dumps(config, indent=2) + "\n")
    golden = load_file(directory / "golden.safetensors")
    with torch.inference_mode():
        logits = load(original, directory, "config.old.json")(golden["tokens"][None]).logits[0]
    distance = (logits - golden["logits"]).abs().max()
    print(f"{directory.name}: the golden is within {distance:.2g} of the first release")
    assert distance < 5e-5


main()
