"""The table of ops: what each op of src/graph/ops.ts is in PyTorch. A study can run these and nothing else.

A function gets the number of member axes, the attributes, and its inputs. With `lead` 0 tensors have the shapes of the
graph. With `lead` 1 every tensor has one axis more in front, the members of a stack: runs that are trained at the same
time, each with its own weights and data; where all members share a value, the axis has length 1. The ops are so few
that writing the axis out is shorter than a transform, and every product of a stack is one batched product.

Products and attention follow autocast; norms, softmaxes and losses are computed in float32 whatever comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .attention import causal_attention, causal_softmax
from .rotary import rotary

Attributes = Mapping[str, Any]
Op = Callable[..., Tensor]


def elementwise(function: Callable[[Tensor], Tensor]) -> Op:
    return lambda lead, attributes, x: function(x)


def binary(function: Callable[[Tensor, Tensor], Tensor]) -> Op:
    def op(lead: int, attributes: Attributes, a: Tensor, b: Tensor) -> Tensor:
        rank = max(a.dim(), b.dim())
        return function(aligned(lead, a, rank), aligned(lead, b, rank))

    return op


def aligned(lead: int, x: Tensor, rank: int) -> Tensor:
    """`x` with `rank` axes, so that it broadcasts as in the graph: new axes go behind the member axis."""
    if lead == 0 or x.dim() == rank:
        return x
    return x.reshape(x.shape[0], *[1] * (rank - x.dim()), *x.shape[1:])


def reshape(lead: int, attributes: Attributes, x: Tensor) -> Tensor:
    return x.reshape(*x.shape[:lead], *attributes["shape"])


def transpose(lead: int, attributes: Attributes, x: Tensor) -> Tensor:
    return x.permute(*range(lead), *(axis + lead for axis in attributes["permutation"]))


def cut(lead: int, attributes: Attributes, x: Tensor) -> Tensor:
    return x.narrow(attributes["axis"] + lead, attributes["start"], attributes["end"] - attributes["start"])


def pad(lead: int, attributes: Attributes, x: Tensor) -> Tensor:
    axes_behind = x.dim() - 1 - (attributes["axis"] + lead)
    return F.pad(x, [0, 0] * axes_behind + [attributes["before"], attributes["after"]])


def concatenate(lead: int, attributes: Attributes, *inputs: Tensor) -> Tensor:
    members = [max(x.shape[0] for x in inputs)] if lead else []
    return torch.cat([x.expand(*members, *x.shape[lead:]) for x in inputs], attributes["axis"] + lead)


def broadcast(lead: int, attributes: Attributes, x: Tensor) -> Tensor:
    shape = attributes["shape"]
    return aligned(lead, x, len(shape) + lead).expand(*x.shape[:lead], *shape)


def reduce_sum(lead: int, attributes: Attributes, x: Tensor) -> Tensor:
    return x.sum([axis + lead for axis in attributes["axes"]], keepdim=attributes["keepDimensions"])


def matmul(lead: int, attributes: Attributes, a: Tensor, b: Tensor) -> Tensor:
    a = a.mT if attributes["transposeA"] else a
    b = b.mT if attributes["transposeB"] else b
    rank = max(a.dim(), b.dim())
    product = torch.matmul(aligned(lead, a, rank), aligned(lead, b, rank))
    scale = attributes.get("scale", 1)
    return product if scale == 1 else product * scale


def add_matmul(lead: int, attributes: Attributes, c: Tensor, a: Tensor, b: Tensor) -> Tensor:
    product = matmul(lead, attributes, a, b)
    return aligned(lead, c, product.dim()) + product


def linear(lead: int, attributes: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    if lead == 0:
        return F.linear(x, weight if attributes["transposeWeight"] else weight.t(), bias)
    weight = weight.mT if attributes["transposeWeight"] else weight  # [members, in, out]
    rows = x.reshape(x.shape[0], -1, x.shape[-1])
    y = torch.bmm(rows, weight) if bias is None else torch.baddbmm(bias.unsqueeze(1), rows, weight)
    return y.reshape(*x.shape[:-1], weight.shape[-1])


def normalise(x: Tensor, epsilon: float) -> Tensor:
    return F.layer_norm(x.float(), x.shape[-1:], eps=epsilon)


def rms_normalise(x: Tensor, epsilon: float) -> Tensor:
    return F.rms_norm(x.float(), x.shape[-1:], eps=epsilon)


def layer_norm(lead: int, attributes: Attributes, x: Tensor, gain: Tensor, bias: Tensor) -> Tensor:
    if lead == 0:
        return F.layer_norm(x.float(), x.shape[-1:], gain, bias, attributes["epsilon"])
    return normalise(x, attributes["epsilon"]) * aligned(1, gain, x.dim()) + aligned(1, bias, x.dim())


def rms_norm(lead: int, attributes: Attributes, x: Tensor, gain: Tensor) -> Tensor:
    return rms_normalise(x, attributes["epsilon"]) * aligned(lead, gain, x.dim())


def embedding(lead: int, attributes: Attributes, table: Tensor, indices: Tensor) -> Tensor:
    if lead == 0:
        return F.embedding(indices, table)
    return table[member_index(indices), indices.long()]


def scatter_add(lead: int, attributes: Attributes, base: Tensor, indices: Tensor, updates: Tensor) -> Tensor:
    places = (indices.long(),) if lead == 0 else (member_index(indices), indices.long())
    return base.index_put(places, updates, accumulate=True)


def member_index(indices: Tensor) -> Tensor:
    """The number of the member, in a shape that broadcasts to that of `indices`."""
    members = torch.arange(indices.shape[0], device=indices.device)
    return members.reshape(-1, *[1] * (indices.dim() - 1))


def pick(lead: int, attributes: Attributes, x: Tensor, indices: Tensor) -> Tensor:
    return x.gather(-1, indices.long().unsqueeze(-1)).squeeze(-1)


def one_hot(lead: int, attributes: Attributes, values: Tensor, indices: Tensor) -> Tensor:
    zeros = values.new_zeros(*values.shape, attributes["size"])
    return zeros.scatter(-1, indices.long().unsqueeze(-1), values.unsqueeze(-1))


def put(lead: int, attributes: Attributes, x: Tensor, indices: Tensor, values: Tensor) -> Tensor:
    return x.scatter(-1, indices.long().unsqueeze(-1), values.unsqueeze(-1))


def cross_entropy(lead: int, attributes: Attributes, logits: Tensor, targets: Tensor) -> Tensor:
    return torch.logsumexp(logits.float(), -1) - pick(lead, attributes, logits, targets)


def token_cross_entropy(lead: int, attributes: Attributes, logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    return weights * cross_entropy(lead, attributes, logits, targets)


#: Every op but the leaves: `parameter` and `input` are values from outside, `constant` is a number.
OPS: Mapping[str, Op] = {
    "add": binary(torch.add),
    "subtract": binary(torch.sub),
    "multiply": binary(torch.mul),
    "divide": binary(torch.div),
    "negate": elementwise(torch.neg),
    "exp": elementwise(torch.exp),
    "log": elementwise(torch.log),
    "sqrt": elementwise(torch.sqrt),
    "sigmoid": elementwise(torch.sigmoid),
    "erf": elementwise(torch.erf),
    "relu": elementwise(torch.relu),
    "step": elementwise(lambda x: (x > 0).to(x.dtype)),
    "gelu": elementwise(lambda x: F.gelu(x, approximate="tanh")),
    "exactGelu": elementwise(F.gelu),
    "silu": elementwise(F.silu),
    "reshape": reshape,
    "transpose": transpose,
    "slice": cut,
    "pad": pad,
    "concatenate": concatenate,
    "broadcast": broadcast,
    "reduceSum": reduce_sum,
    # Only an order of work, which PyTorch has of its own.
    "after": lambda lead, attributes, x, earlier: x,
    "matmul": matmul,
    "addMatmul": add_matmul,
    "linear": linear,
    "causalAttention": causal_attention,
    "rotary": rotary,
    "softmax": elementwise(lambda x: torch.softmax(x.float(), -1)),
    "causalSoftmax": causal_softmax,
    "logSumExp": elementwise(lambda x: torch.logsumexp(x.float(), -1)),
    "standardise": lambda lead, attributes, x: normalise(x, attributes["epsilon"]),
    "inverseDeviation": lambda lead, attributes, x: torch.rsqrt(
        x.float().var(-1, correction=0, keepdim=True) + attributes["epsilon"]
    ),
    "layerNorm": layer_norm,
    "rmsStandardise": lambda lead, attributes, x: rms_normalise(x, attributes["epsilon"]),
    "inverseRms": lambda lead, attributes, x: torch.rsqrt(
        x.float().square().mean(-1, keepdim=True) + attributes["epsilon"]
    ),
    "rmsNorm": rms_norm,
    "embedding": embedding,
    "scatterAdd": scatter_add,
    "pick": pick,
    "oneHot": one_hot,
    "put": put,
    "crossEntropy": cross_entropy,
    "tokenCrossEntropy": token_cross_entropy,
}
