"""GPT-2 and Llama in PyTorch, written plainly for speed: fused projections, scaled_dot_product_attention.

Parameters have Hugging Face's names; GPT-2's matrices are [out, in] here, as in torch.nn.Linear.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Gpt2Block(nn.Module):
    def __init__(self, width, heads, mlp_width):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.ModuleDict({"c_attn": nn.Linear(width, 3 * width), "c_proj": nn.Linear(width, width)})
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(width, mlp_width), "c_proj": nn.Linear(mlp_width, width)})

    def forward(self, x):  # [batch, context, width]
        batch, context, width = x.shape
        joint = self.attn["c_attn"](self.ln_1(x)).split(width, dim=2)
        query, key, value = (part.view(batch, context, self.heads, -1).transpose(1, 2) for part in joint)
        attended = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attn["c_proj"](attended.transpose(1, 2).reshape(batch, context, width))
        return x + self.mlp["c_proj"](F.gelu(self.mlp["c_fc"](self.ln_2(x)), approximate="tanh"))


class Gpt2(nn.Module):
    def __init__(self, config, vocabulary_size, context):
        super().__init__()
        width = config["width"]
        block = lambda: Gpt2Block(width, config["heads"], config["mlpWidth"])
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(vocabulary_size, width),
                "wpe": nn.Embedding(context, width),
                "h": nn.ModuleList(block() for _ in range(config["layers"])),
                "ln_f": nn.LayerNorm(width),
            }
        )

    def forward(self, tokens):  # [batch, context] -> [batch, context, vocabulary]
        table = self.transformer["wte"].weight
        x = self.transformer["wte"](tokens) + self.transformer["wpe"].weight
        for block in self.transformer["h"]:
            x = block(x)
        return F.linear(self.transformer["ln_f"](x), table)


def rotate(x, cosine, sine):  # [batch, heads, context, size]
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cosine - second * sine, second * cosine + first * sine), dim=-1)


class LlamaBlock(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, mlp_width, epsilon = config["width"], config["mlpWidth"], config["normEpsilon"]
        self.heads, self.shared = config["heads"], config["keyValueHeads"]
        shared = width // self.heads * self.shared
        linear = lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False)
        self.input_layernorm = nn.RMSNorm(width, epsilon)
        self.self_attn = nn.ModuleDict(
            {
                "q_proj": linear(width, width),
                "k_proj": linear(width, shared),
                "v_proj": linear(width, shared),
                "o_proj": linear(width, width),
            }
        )
        self.post_attention_layernorm = nn.RMSNorm(width, epsilon)
        self.mlp = nn.ModuleDict(
            {
                "gate_proj": linear(width, mlp_width),
                "up_proj": linear(width, mlp_width),
                "down_proj": linear(mlp_width, width),
            }
        )

    def forward(self, x, cosine, sine):
        batch, context, width = x.shape
        split = lambda name, heads, y: self.self_attn[name](y).view(batch, context, heads, -1).transpose(1, 2)
        before = self.input_layernorm(x)
        query = rotate(split("q_proj", self.heads, before), cosine, sine)
        key = rotate(split("k_proj", self.shared, before), cosine, sine)
        value = split("v_proj", self.shared, before)
        attended = F.scaled_dot_product_attention(
            query, key, value, is_causal=True, enable_gqa=self.shared != self.heads
        )
        x = x + self.self_attn["o_proj"](attended.transpose(1, 2).reshape(batch, context, width))
        inner = self.post_attention_layernorm(x)
        return x + self.mlp["down_proj"](F.silu(self.mlp["gate_proj"](inner)) * self.mlp["up_proj"](inner))


class Llama(nn.Module):
    def __init__(self, config, vocabulary_size, context):
        super().__init__()
        width = config["width"]
        self.model = nn.ModuleDict(
            {
                "embed_tokens": nn.Embedding(vocabulary_size, width),
                "layers": nn.ModuleList(LlamaBlock(config) for _ in range(config["layers"])),
                "norm": nn.RMSNorm(width, config["normEpsilon"]),
            }
        )
        self.lm_head = nn.Linear(width, vocabulary_size, bias=False)
        size = width // config["heads"]
        rates = config["rotaryBase"] ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
        angles = torch.outer(torch.arange(context, dtype=torch.float64), rates)
        self.register_buffer("cosine", angles.cos().float(), persistent=False)
        self.register_buffer("sine", angles.sin().float(), persistent=False)

    def forward(self, tokens):  # [batch, context] -> [batch, context, vocabulary]
        x = self.model["embed_tokens"](tokens)
        for block in self.model["layers"]:
            x = block(x, self.cosine, self.sine)
        return self.lm_head(self.model["norm"](x))


def build(config, vocabulary_size, context, weights):
    """The model of a `task.json`, with the weights of its `init.safetensors`."""
    model = {"gpt2": Gpt2, "llama": Llama}[config["family"]](config, vocabulary_size, context)
    linear = {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    transposed = config["family"] == "gpt2"
    model.load_state_dict(
        {name: value.T if transposed and name in linear else value for name, value in weights.items()}
    )
    return model
