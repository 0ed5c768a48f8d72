"""The graph computed part by part: for parameters that are whole only while they are used, and activations that are
computed again instead of kept.

Parts that do the same to other parameters, as the layers of a model do, share one program, which is compiled once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint, set_checkpoint_early_stop

from .compiled import Compiled
from .cuts import cut
from .divided import take
from .graph import Graph, Node
from .program import Program, evaluate


class Part:
    """A part of a graph, as a graph: its first nodes are what it is given."""

    def __init__(self, graph: Graph, results: Sequence[int], compile: bool) -> None:
        self.graph, self.results = graph, tuple(results)
        self.run = Compiled("a part of the model", self.evaluate, compile)

    def evaluate(self, lead: int, given: Sequence[Tensor]) -> list[Tensor]:
        return evaluate(self.graph, lead, dict(enumerate(given)), self.results)


@dataclass(frozen=True)
class Segment:
    part: Part
    #: Nodes of the whole graph: values that are given, after them parameters by their number, and the results.
    values: tuple[int, ...]
    parameters: tuple[int, ...]
    results: tuple[int, ...]


class Segments:
    """A trunk (`program.py`) in parts."""

    def __init__(self, program: Program, compile: bool, recompute: bool) -> None:
        """`recompute`: keep only what passes between parts for the gradient."""
        self.program, self.compile, self.recompute = program, compile, recompute
        self.segments: list[Segment] = []
        parts: list[Part] = []
        order = list(program.parameters.values())
        for nodes in cut(program.graph, program.targets):
            values, used = given_to(program.graph, nodes)
            results = needed_after(program.graph, nodes, program.targets)
            graph, own = as_graph(program.graph, nodes, [*values, *used], results)
            part = next((part for part in parts if (part.graph, part.results) == (graph, own)), None)
            if part is None:
                part = Part(graph, own, compile)
                parts.append(part)
            self.segments.append(Segment(part, values, tuple(order.index(i) for i in used), results))

    def __call__(
        self, lead: int, parameters: Sequence[Tensor], windows: Tensor, weights: Tensor
    ) -> list[Tensor]:
        values = {self.program.windows: windows, self.program.weights: weights}
        for segment in self.segments:
            given = [values[i] for i in segment.values]
            if self.recompute and torch.is_grad_enabled():
                # Stopping early is an exception, which would pass through compiled code.
                with set_checkpoint_early_stop(not self.compile):
                    results = checkpoint(
                        compute, segment, lead, parameters, *given, use_reentrant=False, preserve_rng_state=False
                    )
            else:
                results = compute(segment, lead, parameters, *given)
            values.update(zip(segment.results, results))
        return [values[i] for i in self.program.targets]

    def groups(self) -> list[list[str]]:
        """Names of parameters that the same parts use, and the loss of the vocabulary among them."""
        users: dict[str, list[int]] = {name: [] for name in self.program.parameters}
        names = list(users)
        for at, segment in enumerate(self.segments):
            for i in segment.parameters:
                users[names[i]].append(at)
        head = self.program.head
        if head is not None:
            users[names[list(self.program.parameters.values()).index(head.table)]].append(len(self.segments))
        groups: dict[tuple[int, ...], list[str]] = {}
        for name, places in users.items():
            groups.setdefault(tuple(places), []).append(name)
        return list(groups.values())


def compute(segment: Segment, lead: int, parameters: Sequence[Tensor], *values: Tensor) -> list[Tensor]:
    return segment.part.run(lead, [*values, *take(parameters, segment.parameters)])


def given_to(graph: Graph, nodes: Sequence[int]) -> tuple[tuple[int, ...], list[int]]:
    """What a part needs from outside: values, and parameters."""
    inside = set(nodes)
    inputs = dict.fromkeys(j for i in nodes for j in graph.nodes[i].inputs)
    outside = [j for j in inputs if j not in inside and graph.nodes[j].op != "constant"]
    used = [j for j in outside if graph.nodes[j].op == "parameter"]
    return tuple(j for j in outside if j not in used), used


def needed_after(graph: Graph, nodes: Sequence[int], targets: Sequence[int]) -> tuple[int, ...]:
    needed = set(targets)
    for i in graph.needed(targets):
        if i > nodes[-1]:
            needed.update(graph.nodes[i].inputs)
    return tuple(i for i in nodes if i in needed)


def as_graph(
    graph: Graph, nodes: Sequence[int], given: Sequence[int], results: Sequence[int]
) -> tuple[Graph, tuple[int, ...]]:
    """The part with numbers of its own, and those of its results."""
    number = {j: at for at, j in enumerate(given)}
    own = [Node("input", (), {}, graph.nodes[j].shape) for j in given]
    constants = {j for i in nodes for j in graph.nodes[i].inputs if graph.nodes[j].op == "constant"}
    for i in sorted([*constants, *nodes]):
        number[i] = len(own)
        own.append(replace(graph.nodes[i], inputs=tuple(number[j] for j in graph.nodes[i].inputs)))
    return Graph(tuple(own), {}), tuple(number[i] for i in results)
