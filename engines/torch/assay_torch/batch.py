"""Setting the number of windows of a pass free, which graph.json is written for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .graph import Graph, Node

#: Ops whose result has, as its first axis, that of their inputs which carry the batch.
KEEP_FIRST_AXIS = frozenset(
    "add subtract multiply divide negate exp log sqrt sigmoid erf relu step gelu exactGelu silu after linear "
    "causalAttention rotary softmax causalSoftmax logSumExp standardise inverseDeviation layerNorm rmsStandardise "
    "inverseRms rmsNorm pick oneHot put crossEntropy tokenCrossEntropy".split()
)


def free_batch(graph: Graph, targets: Sequence[int], batch: int) -> Graph | None:
    """The graph for any number of windows; None where an op might mix windows or counts them.

    A node carries the batch when its first axis is `batch` windows times something, in the order of the windows. If
    every op keeps it so, the graph means the same with any other number, once shapes are told without their first length.
    """
    carries: dict[int, bool] = {}
    nodes = list(graph.nodes)
    for i in graph.needed(targets):
        node = graph.nodes[i]
        own = [j for j in node.inputs if carries[j]]
        carries[i] = node.op == "input" or bool(own)
        if not own:
            continue
        if not node.shape or node.shape[0] % batch != 0 or not keeps_batch(graph, node, own):
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
