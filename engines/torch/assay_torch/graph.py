"""The forward graph of a run, as graph.json holds it. The ops are those of src/graph/ops.ts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import Refusal
from .ops import OPS
from .run_folder import field, read_json


@dataclass(frozen=True)
class Node:
    op: str
    #: Indices of earlier nodes.
    inputs: tuple[int, ...]
    attributes: Mapping[str, Any]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    nodes: tuple[Node, ...]
    #: Node by name.
    outputs: Mapping[str, int]

    def leaves(self, op: str) -> dict[str, int]:
        """The nodes of op `parameter` or `input`, by name."""
        return {node.attributes["name"]: i for i, node in enumerate(self.nodes) if node.op == op}

    def needed(self, targets: Sequence[int]) -> list[int]:
        """`targets` and all that they are computed from, in the order of the graph."""
        wanted = set(targets)
        for i in range(len(self.nodes) - 1, -1, -1):
            if i in wanted:
                wanted.update(self.nodes[i].inputs)
        return sorted(wanted)


def read_graph(path: Path) -> Graph:
    """Raises Refusal for an op that is not in the table, and for nodes and outputs that do not exist."""
    record = read_json(path)
    if not isinstance(record, dict) or record.get("formatVersion") != 1:
        raise Refusal(path, "another format of graphs", expected='"formatVersion": 1')
    nodes: list[Node] = []
    for i, entry in enumerate(field(path, record, "nodes", list)):
        where = f"{path}: node {i}"
        op = field(where, entry, "op", str)
        if op not in OPS and op not in LEAVES:
            known = ", ".join(sorted([*OPS, *LEAVES]))
            raise Refusal(where, "an op that this engine does not have", expected=known, got=op)
        inputs = tuple(field(where, entry, "inputs", list))
        if not all(is_whole(index) and index < i for index in inputs):
            raise Refusal(where, "inputs that are no earlier nodes", got=inputs)
        shape = tuple(field(where, entry, "shape", list))
        if not all(map(is_whole, shape)):
            raise Refusal(where, "a shape that is none", got=shape)
        attributes = field(where, entry, "attributes", dict)
        if op in NAMED:
            field(where, attributes, "name", str)
        nodes.append(Node(op, inputs, attributes, shape))
    outputs = field(path, record, "outputs", dict)
    for name, index in outputs.items():
        if not is_whole(index) or index >= len(nodes):
            raise Refusal(f'{path}: output "{name}"', "no such node", got=index)
    return Graph(tuple(nodes), outputs)


#: Leaves that are known by name; their values come from outside.
NAMED = ("parameter", "input")
LEAVES = (*NAMED, "constant")


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
