"""Cross-entropy over the vocabulary in chunks of rows, so that the logits of all tokens never exist at once.

With probabilities p = softmax(states · tableᵀ) and weight w of a row, the gradient of w · loss with respect to its logits is
w · (p − onehot(target)). All of it is known when the loss is computed, since the losses are only ever summed: so the
gradients of states and table are taken in the same pass over the chunks, and no logits are computed twice.
"""

from __future__ import annotations

from typing import Any, Callable

import torch
from torch import Tensor

#: Bytes of float32 logits that may exist at once.
LOGIT_BYTES = {"cpu": 2**25, "cuda": 2**30}

#: (logits, targets, weights) of a chunk to the loss and its gradient with respect to the logits.
ChunkKernel = Callable[[Tensor, Tensor, Tensor], "tuple[Tensor, Tensor]"]


def loss_of_rows(states: Tensor, table: Tensor, targets: Tensor, weights: Tensor, kernel: ChunkKernel) -> Tensor:
    """Σ weights · crossEntropy(states · tableᵀ, targets) in float64: [] or [members].

    states [.., rows, width], table [.., vocabulary, width], targets and weights [.., rows].
    """
    return SummedLoss.apply(states, table, targets, weights, kernel)


def losses_of_rows(states: Tensor, table: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """weights · crossEntropy, [.., rows]; no gradients."""
    parts = []
    for part in chunks(states, table):
        logits = torch.matmul(states[..., part, :], table.mT).float()
        picked = logits.gather(-1, targets[..., part].long().unsqueeze(-1)).squeeze(-1)
        parts.append(weights[..., part] * (torch.logsumexp(logits, -1) - picked))
    return torch.cat(parts, -1)


def chunk_gradient(given: Tensor, targets: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """A `ChunkKernel`, to be used as it is or compiled; in float32 whatever the logits [.., rows, vocabulary] are."""
    logits = given.float()
    index = targets.long().unsqueeze(-1)
    normalisers = torch.logsumexp(logits, -1, keepdim=True)
    losses = weights * (normalisers - logits.gather(-1, index)).squeeze(-1)
    columns = torch.arange(logits.shape[-1], device=logits.device)
    gradient = weights.unsqueeze(-1) * (torch.exp(logits - normalisers) - (columns == index).to(logits.dtype))
    return losses.sum(-1, dtype=torch.float64), gradient.to(given.dtype)


class SummedLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, table: Tensor, targets: Tensor, weights: Tensor, kernel: ChunkKernel) -> Tensor:
        loss = torch.zeros(states.shape[:-2], dtype=torch.float64, device=states.device)
        of_states = torch.empty_like(states)
        of_table = torch.zeros(table.shape, dtype=table.dtype, device=table.device)
        for part in chunks(states, table):
            # Contiguous, as slices of a stack are not: a compiled kernel is made for the layout that it meets.
            rows, ids, counts = (x.contiguous() for x in (states[..., part, :], targets[..., part], weights[..., part]))
            part_loss, gradient = kernel(torch.matmul(rows, table.mT), ids, counts)
            loss += part_loss
            of_states[..., part, :] = torch.matmul(gradient, table)
            add_product(of_table, gradient.mT, rows)
        ctx.save_for_backward(of_states, of_table)
        return loss

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        of_states, of_table = ctx.saved_tensors
        factor = upstream[0].to(of_states.dtype)[..., None, None]
        return of_states * factor, of_table * factor, None, None, None


def add_product(total: Tensor, a: Tensor, b: Tensor) -> None:
    """total += a · b, inside the product where all are of one type."""
    if a.dtype != total.dtype:
        total += torch.matmul(a, b)
    elif total.dim() == 2:
        total.addmm_(a, b)
    else:
        total.baddbmm_(a, b)


def chunks(states: Tensor, table: Tensor) -> list[slice]:
    """Parts of equal length of the rows."""
    rows = states.shape[-2]
    members = states.shape[0] if states.dim() == 3 else 1
    most = max(1, LOGIT_BYTES[states.device.type] // (4 * members * table.shape[-2]))
    count = -(-rows // most)
    while rows % count != 0:
        count += 1
    size = rows // count
    return [slice(begin, begin + size) for begin in range(0, rows, size)]
