"""Cross-entropy over the vocabulary in chunks of rows, so that the logits of all tokens never exist at once.

With probabilities p = softmax(states · tableᵀ) and weight w of a row, the gradient of w · loss by its logits is
w · (p − onehot(target)). All of it is known when the loss is computed, since the losses are only ever summed: so the
gradients of states and table are taken in the same pass over the chunks, and no logits are computed twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

#: Bytes of float32 logits that may exist at once.
LOGIT_BYTES = {"cpu": 2**25, "cuda": 2**30}

#: Products with the table are fastest on a GPU when its number of rows is a multiple of this; rows of zeros are added.
TABLE_ROWS = {"cpu": 1, "cuda": 64}

#: (logits, entries of the vocabulary, targets, weights) of a chunk to the loss and its gradient with respect to logits.
ChunkKernel = Callable[[Tensor, int, Tensor, Tensor], "tuple[Tensor, Tensor]"]


def loss_of_rows(states: Tensor, table: Tensor, targets: Tensor, weights: Tensor, kernel: ChunkKernel) -> Tensor:
    """Σ weights · crossEntropy(states · tableᵀ, targets) in float64: [] or [members].

    states [.., rows, width], table [.., vocabulary, width], targets and weights [.., rows]. Products follow autocast.
    """
    return SummedLoss.apply(states, table, targets, weights, kernel)


def losses_of_rows(states: Tensor, table: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """weights · crossEntropy, [.., rows]; no gradients."""
    matrix = for_products(table)
    parts = []
    for part in chunks(states, matrix):
        logits = torch.matmul(states[..., part, :].to(matrix.dtype), matrix.mT)[..., : table.shape[-2]].float()
        picked = logits.gather(-1, targets[..., part].long().unsqueeze(-1)).squeeze(-1)
        parts.append(weights[..., part] * (torch.logsumexp(logits, -1) - picked))
    return torch.cat(parts, -1)


def chunk_gradient(given: Tensor, entries: int, targets: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """A `ChunkKernel`, to be used as it is or compiled; in float32 whatever the logits [.., rows, columns] are."""
    columns = torch.arange(given.shape[-1], device=given.device)
    logits = given.float()
    if entries < given.shape[-1]:
        logits = torch.where(columns < entries, logits, float("-inf"))
    index = targets.long().unsqueeze(-1)
    normalisers = torch.logsumexp(logits, -1, keepdim=True)
    losses = weights * (normalisers - logits.gather(-1, index)).squeeze(-1)
    gradient = weights.unsqueeze(-1) * (torch.exp(logits - normalisers) - (columns == index).to(logits.dtype))
    return losses.sum(-1, dtype=torch.float64), gradient.to(given.dtype)


class SummedLoss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, table: Tensor, targets: Tensor, weights: Tensor, kernel: ChunkKernel
    ) -> Tensor:
        loss, of_states, of_table = loss_and_gradients(states, table, targets, weights, kernel)
        ctx.save_for_backward(of_states, of_table)
        return loss

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        of_states, of_table = ctx.saved_tensors
        factor = upstream[0].to(of_states.dtype)[..., None, None]
        return of_states * factor, of_table * factor, None, None, None


def loss_and_gradients(
    states: Tensor, table: Tensor, targets: Tensor, weights: Tensor, kernel: ChunkKernel
) -> tuple[Tensor, Tensor, Tensor]:
    """As `loss_of_rows`, with the gradients of states and table; autograd sees none of it."""
    entries = table.shape[-2]
    matrix = for_products(table)
    loss = torch.zeros(states.shape[:-2], dtype=torch.float64, device=states.device)
    of_states = torch.empty_like(states)
    of_table = torch.zeros(matrix.shape, dtype=table.dtype, device=table.device)
    for part in chunks(states, matrix):
        # Contiguous, as slices of a stack are not: a compiled kernel is made for the layout that it meets.
        rows = states[..., part, :].to(matrix.dtype).contiguous()
        ids, counts = targets[..., part].contiguous(), weights[..., part].contiguous()
        part_loss, gradient = kernel(torch.matmul(rows, matrix.mT), entries, ids, counts)
        loss += part_loss
        of_states[..., part, :] = torch.matmul(gradient, matrix)
        add_product(of_table, gradient.mT, rows)
    return loss, of_states, of_table[..., :entries, :]


def for_products(table: Tensor) -> Tensor:
    """The table in the type of autocast, with rows of zeros behind it up to a number that products like."""
    kind = table.device.type
    dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else table.dtype
    entries = table.shape[-2]
    if entries % TABLE_ROWS[kind] == 0:
        return table.to(dtype)
    rows = entries + -entries % TABLE_ROWS[kind]
    matrix = torch.zeros(*table.shape[:-2], rows, table.shape[-1], dtype=dtype, device=table.device)
    matrix[..., :entries, :] = table
    return matrix


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
