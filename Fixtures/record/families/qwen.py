"""Qwen, the first generation. transformers has no class for it: these compute what the original
modeling_qwen.py, published beside the weights, computes in one full forward pass in float32."""

import json
import math
import pathlib
import shutil

import torch
import transformers
from torch import nn
from transformers.modeling_outputs import CausalLMOutput

TOKENIZER = "qwen"
GGUF = "qwen"
PLAIN_TENSORS = False
# What these files are not for: the converter's reading of qwen.tiktoken.
CONVERTERS = ["qwen.QwenModel"]


class QWenConfig(transformers.PretrainedConfig):
    model_type = "qwen"


class Norm(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(config.hidden_size))
        self.epsilon = config.layer_norm_epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.weight


def rotate(x, cos, sin):
    """The first elements of a head, halves; the others pass."""
    width = cos.shape[-1]
    turned, rest = x[..., :width], x[..., width:]
    first, second = turned.chunk(2, -1)
    return torch.cat((turned * cos + torch.cat((-second, first), -1) * sin, rest), -1)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        width = config.kv_channels * config.num_attention_heads
        self.c_attn = nn.Linear(config.hidden_size, 3 * width)
        self.c_proj = nn.Linear(config.hidden_size, width, bias=not config.no_bias)

    def forward(self, x, cos, sin):
        config, length = self.config, x.shape[1]
        q, k, v = (part.unflatten(-1, (config.num_attention_heads, -1))
                   for part in self.c_attn(x).split(config.hidden_size, -1))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if config.use_logn_attn and length > config.seq_length:
            factors = [math.log(i, config.seq_length) if i > config.seq_length else 1.0
                       for i in range(1, length + 1)]
            q = q * torch.tensor(factors).to(q.dtype)[None, :, None, None]
        q, k, v = (part.transpose(1, 2) for part in (q, k, v))
        scores = q @ k.transpose(-1, -2) / v.shape[-1] ** 0.5
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        scores = scores.masked_fill(future, torch.finfo(scores.dtype).min)
        return self.c_proj((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config.intermediate_size // 2
        self.w1 = nn.Linear(config.hidden_size, width, bias=not config.no_bias)
        self.w2 = nn.Linear(config.hidden_size, width, bias=not config.no_bias)
        self.c_proj = nn.Linear(width, config.hidden_size, bias=not config.no_bias)

    def forward(self, x):
        return self.c_proj(self.w1(x) * nn.functional.silu(self.w2(x)))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.ln_1, self.attn = Norm(config), Attention(config)
        self.ln_2, self.mlp = Norm(config), FeedForward(config)

    def forward(self, x, cos, sin):
        x = x + self.attn(self.ln_1(x), cos, sin)
        return x + self.mlp(self.ln_2(x))


class Stack(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.wte = nn.Embedding(config.vocab_size, config.hidden_size)
        self.h = nn.ModuleList([Block(config) for _ in range(config.num_hidden_layers)])
        self.ln_f = Norm(config)


class QWenLMHeadModel(transformers.PreTrainedModel):
    config_class = QWenConfig
    base_model_prefix = "transformer"

    def __init__(self, config):
        super().__init__(config)
        self.transformer = Stack(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def _init_weights(self, module):
        pass

    def alpha(self, length):
        """A step function of the length: 1, 3, 7 and so on."""
        if not self.config.use_dynamic_ntk:
            return 1.0
        return max(2 ** math.ceil(math.log(length / self.config.seq_length, 2) + 1) - 1, 1)

    def forward(self, input_ids, **_):
        config, length = self.config, input_ids.shape[1]
        width = int(config.kv_channels * config.rotary_pct)
        base = config.rotary_emb_base * self.alpha(length) ** (width / (width - 2))
        frequencies = 1.0 / base ** (torch.arange(0, width, 2).float() / width)
        angles = torch.outer(torch.arange(length).float(), frequencies)
        angles = torch.cat((angles, angles), -1)[None, :, None, :]
        x = self.transformer.wte(input_ids)
        cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        for block in self.transformer.h:
            x = block(x, cos, sin)
        return CausalLMOutput(logits=self.lm_head(self.transformer.ln_f(x)))


transformers.AutoConfig.register("qwen", QWenConfig)
transformers.AutoModelForCausalLM.register(QWenConfig, QWenLMHeadModel)
CONFIG = QWenConfig
MODEL = QWenLMHeadModel
SHAPE = dict(num_attention_heads=4, kv_channels=16, layer_norm_epsilon=1e-5, rotary_pct=1.0,
             no_bias=True, tie_word_embeddings=False, scale_attn_weights=True, bf16=True,
             fp16=False, fp32=False, use_flash_attn="auto", attn_dropout_prob=0.0,
             emb_dropout_prob=0.0, onnx_safe=None, softmax_in_fp32=False,
             use_cache_quantization=False, use_cache_kernel=False)
PLAIN = dict(use_dynamic_ntk=False, use_logn_attn=False)


def adjust(model, generator):
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if ".ln_" in name:
                parameter.uniform_(0.5, 1.5, generator=generator)


def variant(seed, gguf=False, **config):
    return dict(seed=seed, config=SHAPE | config, unset=["rms_norm_eps"], dtype=torch.bfloat16,
                outtype="bf16", gguf=gguf)


def as_published(directory):
    """A rank file instead of tokenizer.json, and no chat template."""
    for name in ["tokenizer.json", "chat_template.jinja"]:
        (directory / name).unlink()
    ranks = pathlib.Path(__file__).resolve().parents[2] / "tokenizers/qwen.tiktoken"
    shutil.copy(ranks, directory / "qwen.tiktoken")
    config = dict(model_max_length=8192, tokenizer_class="QWenTokenizer", auto_map=dict(
        AutoTokenizer=["tokenization_qwen.QWenTokenizer", None]))
    (directory / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


VARIANTS = {
    "qwen": variant(100, gguf=True, seq_length=512, rotary_emb_base=10000, **PLAIN),
    # 48 tokens are four times the length of training: alpha is 7. GGUF has no words for it.
    "qwen-long": variant(101, seq_length=12, rotary_emb_base=10000, use_dynamic_ntk=True,
                         use_logn_attn=True),
    # Biases everywhere, as no published model has them; the vocabulary is padded as in all of them.
    "qwen-partial": variant(102, seq_length=20, rotary_emb_base=50000, rotary_pct=0.5,
                            use_dynamic_ntk=True, use_logn_attn=False, no_bias=False,
                            hidden_size=32, num_attention_heads=2, vocab_size=1280,
                            bos_token_id=1050, eos_token_id=1050)
    | dict(files=as_published),
}
