"""The forward graph as a function: parameters, windows and weights of tokens in, losses out.

Two things are done to the graph first. Its batch is set free: graph.json is written for one number of windows, but a GPU
wants more of them in a pass, and less when memory ends. And its last step, the projection to the vocabulary and the
loss, which graph.json has in chunks of fixed size, is recognised and left to `vocabulary_loss.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Sequence

import torch
from torch import Tensor

from .errors import Refusal
from .graph import Graph, Node
from .ops import OPS
from .vocabulary_loss import ChunkKernel, loss_of_rows, losses_of_rows


@dataclass(frozen=True)
class Head:
    """The end of the graph: weights · crossEntropy(states · tableᵀ, targets), one row a token. Numbers of nodes."""

    states: int
    table: int
    targets: int
    weights: int


class Program:
    def __init__(self, graph: Graph, subject: str) -> None:
        """Raises Refusal when the graph has not the leaves and outputs of docs/run-protocol.md."""
        self.graph = graph
        inputs = graph.leaves("input")
        if set(inputs) != {"windows", "weights"} or "tokenLosses" not in graph.outputs:
            expected = "inputs windows and weights, and an output tokenLosses"
            raise Refusal(subject, "not the graph of a language model", expected=expected)
        self.windows, self.weights = inputs["windows"], inputs["weights"]
        self.parameters = graph.leaves("parameter")
        self.losses = graph.outputs["tokenLosses"]
        #: Windows of a pass that the graph was written for.
        self.batch = graph.nodes[self.windows].shape[0]
        self.head = find_head(graph, self.losses)
        self.targets = [self.losses] if self.head is None else [self.head.states, self.head.targets, self.head.weights]
        freed = free_batch(graph, self.targets, self.batch)
        #: Whether any number of windows can go through.
        self.any_batch = freed is not None
        self.graph = freed or graph

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of every parameter."""
        return {name: self.graph.nodes[i].shape for name, i in self.parameters.items()}

    def evaluate(self, lead: int, parameters: Sequence[Tensor], windows: Tensor, weights: Tensor) -> list[Tensor]:
        """Values of `targets`. `parameters` in the order of `shapes`; all tensors have `lead` member axes."""
        values: dict[int, Tensor] = dict(zip(self.parameters.values(), parameters))
        values[self.windows], values[self.weights] = windows, weights
        return evaluate(self.graph, lead, values, self.targets)

    def loss(self, trunk: Trunk, kernel: ChunkKernel, lead: int, parameters: Sequence[Tensor], windows: Tensor, weights: Tensor) -> Tensor:
        """The sum of the weighted losses of all tokens, in float64: [] or [members]."""
        values = trunk(lead, parameters, windows, weights)
        if self.head is None:
            return values[0].flatten(lead).sum(-1, dtype=torch.float64)
        states, targets, row_weights = values
        return loss_of_rows(states, self.table_of(parameters), targets, row_weights, kernel)

    def token_losses(self, trunk: Trunk, lead: int, parameters: Sequence[Tensor], windows: Tensor, weights: Tensor) -> Tensor:
        """Of every predicted token [.., windows, context], without gradients."""
        with torch.no_grad():
            values = trunk(lead, parameters, windows, weights)
            if self.head is None:
                return values[0]
            states, targets, row_weights = values
            return losses_of_rows(states, self.table_of(parameters), targets, row_weights).reshape(weights.shape)

    def table_of(self, parameters: Sequence[Tensor]) -> Tensor:
        assert self.head is not None
        return parameters[list(self.parameters.values()).index(self.head.table)]


def evaluate(graph: Graph, lead: int, values: dict[int, Tensor], targets: Sequence[int]) -> list[Tensor]:
    """The values of nodes, given those of the leaves; all tensors have `lead` member axes."""
    device = next(iter(values.values())).device
    for i in graph.needed(targets):
        if i in values:
            continue
        node = graph.nodes[i]
        if node.op == "constant":
            values[i] = torch.full((1,) * lead, node.attributes["value"], device=device)
        else:
            values[i] = OPS[node.op](lead, node.attributes, *(values[j] for j in node.inputs))
    return [values[i] for i in targets]


#: `Program.evaluate`, as it is or compiled.
Trunk = Callable[[int, Sequence[Tensor], Tensor, Tensor], "list[Tensor]"]


def find_head(graph: Graph, losses: int) -> Head | None:
    """The end of the graph where it is the one that all models have (predictNext in src/model/forward.ts)."""
    nodes = graph.nodes

    def behind(i: int, op: str) -> int:
        return nodes[i].inputs[0] if nodes[i].op == op else i

    joined = behind(losses, "reshape")
    chunks = nodes[joined].inputs if nodes[joined].op == "concatenate" else (joined,)
    heads: set[Head] = set()
    rows = 0
    for chunk in chunks:
        if nodes[chunk].op != "tokenCrossEntropy":
            return None
        logits, targets, weights = nodes[chunk].inputs
        product = nodes[logits]
        if product.op != "linear" or len(product.inputs) != 2 or not product.attributes["transposeWeight"]:
            return None
        states, table = product.inputs
        if nodes[table].op != "parameter" or len(nodes[states].shape) != 2:
            return None
        parts = [states, targets, weights]
        if len(chunks) > 1:
            begins = {(nodes[i].attributes.get("axis"), nodes[i].attributes.get("start")) for i in parts}
            if any(nodes[i].op != "slice" for i in parts) or begins != {(0, rows)}:
                return None
            parts = [nodes[i].inputs[0] for i in parts]
        rows += nodes[states].shape[0]
        heads.add(Head(parts[0], table, parts[1], parts[2]))
    head = heads.pop()
    return head if not heads and rows == nodes[head.states].shape[0] else None


#: Ops whose result has, as its first axis, that of their inputs which carry the batch.
KEEP_FIRST_AXIS = frozenset(
    "add subtract multiply divide negate exp log sqrt sigmoid erf relu step gelu exactGelu silu after linear "
    "causalAttention rotary softmax causalSoftmax logSumExp standardise inverseDeviation layerNorm rmsStandardise "
    "inverseRms rmsNorm pick oneHot put crossEntropy tokenCrossEntropy".split()
)


def free_batch(graph: Graph, targets: Sequence[int], batch: int) -> Graph | None:
    """The graph for any number of windows; None where an op might mix windows or counts them.

    A node carries the batch when its first axis is `batch` windows times something, in the order of the windows. If every
    op keeps it so, the graph means the same with any other number, once shapes are told without their first length.
    """
    carries: dict[int, bool] = {}
    nodes = list(graph.nodes)
    for i in graph.needed(targets):
        node = graph.nodes[i]
        own = [j for j in node.inputs if carries[j]]
        carries[i] = node.op == "input" or bool(own)
        if not own:
            continue
        if node.shape[0] % batch != 0 or not keeps_batch(graph, node, own):
            return None
        if "shape" in node.attributes:
            nodes[i] = replace(node, attributes={"shape": (-1, *node.attributes["shape"][1:])})
    return replace(graph, nodes=tuple(nodes))


def keeps_batch(graph: Graph, node: Node, own: Sequence[int]) -> bool:
    """Whether the first axis of the result is that of the inputs `own`, which carry the batch."""
    shapes = [graph.nodes[j].shape for j in node.inputs]
    rank = len(node.shape)
    attributes = node.attributes
    match node.op:
        case "reshape":
            return True
        case "broadcast":
            return len(shapes[0]) == rank
        case "slice" | "pad":
            return attributes["axis"] != 0
        case "concatenate":
            return attributes["axis"] != 0 and len(own) == len(shapes)
        case "transpose":
            return attributes["permutation"][0] == 0
        case "reduceSum":
            return 0 not in attributes["axes"]
        case "embedding":
            return node.inputs[0] not in own
        case "matmul":
            both = len(own) == 2
            return node.inputs[0] in own and both == (len(shapes[1]) > 2) and (rank > 2 or not attributes["transposeA"])
        case _:
            # An input that does not carry the batch must not have a length of its own where the others have it.
            alone = [shape for j, shape in zip(node.inputs, shapes) if j not in own]
            return node.op in KEEP_FIRST_AXIS and all(len(shape) < rank or shape[0] == 1 for shape in alone)
