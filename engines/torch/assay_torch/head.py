"""The end of a model's graph: the projection to the vocabulary and the loss of each token."""

from __future__ import annotations

from dataclasses import dataclass

from .graph import Graph


@dataclass(frozen=True)
class Head:
    """The end of the graph: weights · crossEntropy(states · tableᵀ, targets), one row a token. Numbers of nodes."""

    states: int
    table: int
    targets: int
    weights: int


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
