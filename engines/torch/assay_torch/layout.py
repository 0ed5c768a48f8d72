"""Where each parameter lies in a row that holds all of them.

Matrices come first, because only they decay. A row can be divided over ranks: then what is needed at the same time is a
block, and each rank has an equal part of every block.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

#: Views begin at multiples of this many numbers, 256 bytes, which products on a GPU are fastest from.
ALIGNMENT = 64


@dataclass(frozen=True)
class Place:
    name: str
    shape: tuple[int, ...]
    #: Of its first number in a row.
    begin: int

    def of(self, rows: Tensor, start: int = 0) -> Tensor:
        """A view [.., *shape] of rows [.., n], which begin with number `start` of the whole row."""
        return rows.narrow(-1, self.begin - start, math.prod(self.shape)).unflatten(-1, self.shape)


@dataclass(frozen=True)
class Block:
    names: tuple[str, ...]
    begin: int
    size: int
    decays: bool


class Layout:
    def __init__(
        self, shapes: Mapping[str, Sequence[int]], groups: Sequence[Sequence[str]] | None = None, parts: int = 1
    ) -> None:
        """`groups` of names that are needed at the same time, each name in one of them; `parts`: ranks to divide over."""
        self.parts = parts
        self.names = list(shapes)
        self.places: dict[str, Place] = {}
        self.blocks: list[Block] = []
        at = 0
        for group in [self.names] if groups is None else groups:
            for decays in (True, False):
                names = tuple(name for name in group if (len(shapes[name]) > 1) == decays)
                if not names:
                    continue
                begin = at
                for name in names:
                    self.places[name] = Place(name, tuple(shapes[name]), at)
                    at = begin + rounded_up(at - begin + math.prod(shapes[name]), ALIGNMENT)
                at = begin + rounded_up(at - begin, ALIGNMENT * parts)
                self.blocks.append(Block(names, begin, at - begin, decays))
        #: Numbers of a whole row.
        self.size = at

    def views(self, rows: Tensor) -> list[Tensor]:
        """Every parameter in the order of the graph, as views of `rows` [.., size]."""
        return [self.places[name].of(rows) for name in self.names]

    def part(self, block: Block) -> slice:
        """Where a block lies in a rank's part of a row."""
        return slice(block.begin // self.parts, (block.begin + block.size) // self.parts)


def rounded_up(value: int, unit: int) -> int:
    return -(-value // unit) * unit
