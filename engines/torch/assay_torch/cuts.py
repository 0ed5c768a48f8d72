"""Where the graph of a model is narrow, whatever the model.

Activation checkpointing (Chen et al. 2016, arXiv 1604.06174) cuts the computation into parts, keeps what passes from one
part to later ones, and computes the inside of a part again when its gradient is due. What is kept at all cuts and the
inside of the largest part are in memory at the same time; the cuts are those that make their sum smallest. In a
transformer they come to lie between layers, where one tensor passes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .graph import LEAVES, Graph

#: Numbers of parts that are tried as sizes for the largest.
PARTS = (*range(1, 16), *range(16, 64, 4), *range(64, 257, 16))


def cut(graph: Graph, targets: Sequence[int]) -> list[list[int]]:
    """The nodes that are computed for `targets`, in parts, in the order of the graph; leaves are in none."""
    nodes = [i for i in graph.needed(targets) if graph.nodes[i].op not in LEAVES]
    sizes = [math.prod(graph.nodes[i].shape) for i in nodes]
    inside = [0]  # numbers computed before each place
    for size in sizes:
        inside.append(inside[-1] + size)
    kept = kept_at(graph, nodes, sizes, targets)
    ways = [narrowest(inside, kept, -(-inside[-1] // parts)) for parts in PARTS]
    _, ends = min((way for way in ways if way is not None), key=lambda way: way[0])
    return [nodes[begin:end] for begin, end in zip([0, *ends], ends)]


def kept_at(graph: Graph, nodes: Sequence[int], sizes: Sequence[int], targets: Sequence[int]) -> list[int]:
    """At each place between nodes, the numbers that are computed before it and needed after it."""
    last = {i: at for at, i in enumerate(nodes)}
    for at, i in enumerate(nodes):
        for j in graph.nodes[i].inputs:
            if j in last:
                last[j] = at
    last.update((i, len(nodes)) for i in targets if i in last)
    changes = [0] * (len(nodes) + 2)
    for at, i in enumerate(nodes):
        changes[at + 1] += sizes[at]
        changes[last[i] + 1] -= sizes[at]
    kept = [0]
    for change in changes[1 : len(nodes) + 1]:
        kept.append(kept[-1] + change)
    return kept


def narrowest(inside: Sequence[int], kept: Sequence[int], most: int) -> tuple[int, list[int]] | None:
    """The ends of parts of at most `most` numbers each that keep the fewest, and what they need in all.

    None where one node alone is larger.
    """
    count = len(inside) - 1
    # Of the nodes up to a place: the fewest numbers kept, the largest part with them, and where the last part begins.
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, count + 1):
        ways = []
        for begin in range(end - 1, -1, -1):
            if inside[end] - inside[begin] > most:
                break
            if best[begin][2] >= 0:
                largest = max(best[begin][1], inside[end] - inside[begin])
                ways.append((best[begin][0] + (kept[end] if end < count else 0), largest, begin))
        best.append(min(ways) if ways else (0, 0, -1))
    if best[count][2] < 0:
        return None
    ends = []
    end = count
    while end > 0:
        ends.append(end)
        end = best[end][2]
    return best[count][0] + best[count][1], ends[::-1]
