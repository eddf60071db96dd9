"""InternLM2, which has no class in transformers.

Written here after the model's own code: a Llama whose queries, keys and values are one projection,
in which each key-value head has its queries, its key and its value side by side.
"""

import torch
import transformers
from torch import nn
from transformers.models.llama import modeling_llama as llama

TOKENIZER = "llama"
GGUF = "internlm2"
PLAIN_TENSORS = False
CONVERTERS = ["internlm.InternLM2Model"]


class InternLM2Config(transformers.PreTrainedConfig):
    model_type = "internlm2"
    vocab_size: int = 288
    hidden_size: int = 64
    intermediate_size: int = 96
    num_hidden_layers: int = 2
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    hidden_act: str = "silu"
    max_position_embeddings: int = 512
    rms_norm_eps: float = 1e-5
    bias: bool = False
    rope_parameters: dict | None = None
    tie_word_embeddings: bool = False


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, self.groups = config.num_attention_heads, config.num_key_value_heads
        self.size = config.hidden_size // self.heads
        rows = (self.heads + 2 * self.groups) * self.size
        self.wqkv = nn.Linear(config.hidden_size, rows, bias=config.bias)
        self.wo = nn.Linear(self.heads * self.size, config.hidden_size, bias=config.bias)

    def forward(self, x, rope):
        shape = x.shape[:2]
        qkv = self.wqkv(x).view(*shape, self.groups, -1, self.size)
        queries = qkv[..., :-2, :].reshape(*shape, self.heads, self.size).transpose(1, 2)
        keys, values = (qkv[..., at, :].transpose(1, 2) for at in (-2, -1))
        queries, keys = llama.apply_rotary_pos_emb(queries, keys, *rope)
        keys, values = (llama.repeat_kv(t, self.heads // self.groups) for t in (keys, values))
        scores = queries @ keys.transpose(2, 3) / self.size**0.5
        hidden = torch.ones(shape[1], shape[1], dtype=torch.bool).triu(1)
        weights = scores.masked_fill(hidden, float("-inf")).softmax(-1)
        return self.wo((weights @ values).transpose(1, 2).reshape(*shape, -1))


class FeedForward(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, inner = config.hidden_size, config.intermediate_size
        self.w1 = nn.Linear(width, inner, bias=False)
        self.w3 = nn.Linear(width, inner, bias=False)
        self.w2 = nn.Linear(inner, width, bias=False)

    def forward(self, x):
        return self.w2(nn.functional.silu(self.w1(x)) * self.w3(x))


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.attention = Attention(config)
        self.feed_forward = FeedForward(config)
        self.attention_norm = llama.LlamaRMSNorm(config.hidden_size, config.rms_norm_eps)
        self.ffn_norm = llama.LlamaRMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x, rope):
        x = x + self.attention(self.attention_norm(x), rope)
        return x + self.feed_forward(self.ffn_norm(x))


class InternLM2Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.tok_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = llama.LlamaRMSNorm(config.hidden_size, config.rms_norm_eps)
        self.rotary_emb = llama.LlamaRotaryEmbedding(config)

    def forward(self, ids):
        x = self.tok_embeddings(ids)
        rope = self.rotary_emb(x, torch.arange(ids.shape[1])[None])
        for layer in self.layers:
            x = layer(x, rope)
        return self.norm(x)


class InternLM2ForCausalLM(transformers.PreTrainedModel, transformers.GenerationMixin):
    config_class = InternLM2Config

    def __init__(self, config):
        super().__init__(config)
        self.model = InternLM2Model(config)
        self.output = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()

    def forward(self, input_ids, **_):
        return transformers.modeling_outputs.CausalLMOutput(
            logits=self.output(self.model(input_ids))
        )


CONFIG = InternLM2Config
MODEL = InternLM2ForCausalLM
transformers.AutoConfig.register("internlm2", CONFIG)
transformers.AutoModelForCausalLM.register(CONFIG, MODEL)

VARIANTS = {
    "internlm2": dict(
        seed=250,
        config=dict(rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        dtype=torch.bfloat16,
        outtype="bf16",
    ),
}
