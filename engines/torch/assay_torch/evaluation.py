"""The windows that judge a run, and its losses summed by document and domain in float64."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .errors import Refusal
from .plan import require_known
from .run_folder import EVALUATION, RunSpec, field, read_json
from .token_files import map_integers


@dataclass(frozen=True)
class WeightedWindows:
    """A loss: the weighted sum of the cross-entropies of windows' tokens."""

    #: int32 [n, context + 1] and float32 [n, context].
    windows: Tensor
    weights: Tensor


@dataclass(frozen=True)
class Domain:
    name: str
    ids: list[str]
    #: Predicted tokens of each document.
    tokens: Tensor
    bytes: int
    #: int32 [n, context + 1]; the last is padded with end-of-text.
    windows: Tensor

    @property
    def predicted(self) -> int:
        return int(self.tokens.sum())

    def document_losses(self, losses: Tensor) -> Tensor:
        """Sums over each document, float64, of token losses [n, context] on the CPU."""
        documents = torch.repeat_interleave(torch.arange(len(self.tokens)), self.tokens)
        sums = torch.zeros(len(self.tokens), dtype=torch.float64)
        return sums.index_add_(0, documents, losses.flatten()[: len(documents)].double())

    def sample(self, most: int) -> WeightedWindows:
        """The mean loss on at most so many windows, evenly spaced and at least one; padding weighs nothing."""
        count, context = len(self.windows), self.windows.shape[1] - 1
        taken = min(count, max(1, most))
        chosen = [i * count // taken for i in range(taken)]
        ends = torch.tensor([min(context, self.predicted - i * context) for i in chosen])
        seen = torch.arange(context) < ends.unsqueeze(1)
        return WeightedWindows(self.windows[chosen], seen.float() / int(ends.sum()))


@dataclass(frozen=True)
class Evaluation:
    hash: str
    domains: list[Domain]


def read_evaluation(folder: Path, spec: RunSpec) -> Evaluation:
    path = folder / EVALUATION / "evaluation.json"
    record = read_json(path)
    hash = field(path, record, "hash", str)
    if hash != spec.evaluation_hash:
        raise Refusal(path, "not what run.json was made for", expected=spec.evaluation_hash, got=hash)
    return Evaluation(hash, [read_domain(path, entry, spec) for entry in field(path, record, "domains", list)])


def read_domain(path: Path, entry: Any, spec: RunSpec) -> Domain:
    documents = field(path, entry, "documents", list)
    tokens = torch.tensor([field(path, document, "tokens", int) for document in documents], dtype=torch.int64)
    file = path.parent / field(path, entry, "file", str)
    stream = map_integers(file, 4)
    predicted = int(tokens.sum())
    if len(stream) != predicted + 1 or predicted == 0:
        raise Refusal(file, "not what evaluation.json describes", expected=f"{predicted + 1} tokens", got=len(stream))
    require_known(stream, spec.vocabulary_size, str(file))
    count = -(-predicted // spec.context)
    padded = torch.full((count * spec.context + 1,), int(stream[0]), dtype=torch.int32)
    padded[: len(stream)] = stream
    return Domain(
        name=field(path, entry, "name", str),
        ids=[field(path, document, "id", str) for document in documents],
        tokens=tokens,
        bytes=sum(field(path, document, "bytes", int) for document in documents),
        windows=padded.unfold(0, spec.context + 1, spec.context).contiguous(),
    )
