"""The forward graph as a function: parameters, windows and weights of tokens in, losses out.

Two things are done to the graph first. Its batch is set free: graph.json is written for one number of windows, but when
memory ends there must be fewer. And its last step, the projection to the vocabulary and the loss, which graph.json has
in chunks of fixed size, is recognised and left to `vocabulary_loss.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .batch import free_batch
from .errors import Refusal
from .graph import Graph
from .head import find_head
from .ops import OPS
from .vocabulary_loss import ChunkKernel, loss_of_rows, losses_of_rows


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

    def loss(
        self,
        trunk: Trunk,
        kernel: ChunkKernel,
        lead: int,
        parameters: Sequence[Tensor],
        windows: Tensor,
        weights: Tensor,
    ) -> Tensor:
        """The sum of the weighted losses of all tokens, in float64: [] or [members]."""
        values = trunk(lead, parameters, windows, weights)
        if self.head is None:
            return values[0].flatten(lead).sum(-1, dtype=torch.float64)
        states, targets, row_weights = values
        return loss_of_rows(states, self.table_of(parameters), targets, row_weights, kernel)

    def token_losses(
        self, trunk: Trunk, lead: int, parameters: Sequence[Tensor], windows: Tensor, weights: Tensor
    ) -> Tensor:
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
            # Of a whole number PyTorch would make an integer tensor, which products do not take.
            values[i] = torch.full((1,) * lead, float(node.attributes["value"]), device=device)
        else:
            values[i] = OPS[node.op](lead, node.attributes, *(values[j] for j in node.inputs))
    return [values[i] for i in targets]


#: `Program.evaluate`, as it is or compiled.
Trunk = Callable[[int, Sequence[Tensor], Tensor, Tensor], "list[Tensor]"]
