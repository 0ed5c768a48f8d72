"""The loss of the vocabulary with a second derivative, in chunks of rows as in `vocabulary_loss.py`.

For a row with logits z = table · s, p = softmax(z) and weight w, the gradient by z is r = w · (p − onehot), so that of s
is tableᵀ · r and that of the table r · sᵀ. Along a direction (ṡ, Ṫ) of both, z changes by ż = table · ṡ + Ṫ · s and r by
ṙ = w · p ⊙ (ż − pᵀż), and the gradients by tableᵀ · ṙ + Ṫᵀ · r and ṙ · sᵀ + r · ṡᵀ: the Hessian's product with the
direction. A Hessian is symmetric, so this is also the backward pass of the gradients, with what comes from above as the
direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from .program import Program
from .vocabulary_loss import add_product, chunk_gradient, chunks, for_products, loss_and_gradients


def twice_differentiable_loss(
    program: Program, parameters: Sequence[Tensor], windows: Tensor, weights: Tensor
) -> Tensor:
    """The sum of the weighted losses of all tokens of windows [n, context + 1], in float64, for two backward passes."""
    values = program.evaluate(0, parameters, windows, weights)
    if program.head is None:
        return values[0].sum(dtype=torch.float64)
    states, targets, row_weights = values
    return Loss.apply(states, program.table_of(parameters), targets, row_weights)


class Loss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, states: Tensor, table: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
        loss, of_states, of_table = loss_and_gradients(states, table, targets, weights, chunk_gradient)
        ctx.save_for_backward(states, table, targets, weights, of_states, of_table)
        return loss

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        return (*Gradients.apply(*ctx.saved_tensors, upstream[0]), None, None)


class Gradients(torch.autograd.Function):
    """Of states and table, both known from the pass before; times what the loss counts."""

    @staticmethod
    def forward(ctx: Any, *given: Tensor) -> tuple[Tensor, Tensor]:
        *_, of_states, of_table, upstream = given
        ctx.save_for_backward(*given)
        factor = upstream.to(of_states.dtype)
        return of_states * factor, of_table * factor

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *along: Tensor) -> Any:
        states, table, targets, weights, of_states, of_table, upstream = ctx.saved_tensors
        factor = upstream.to(states.dtype)
        products = [x * factor for x in hessian_product(states, table, targets, weights, *along)]
        of_upstream = sum((x * y).sum(dtype=torch.float64) for x, y in zip((of_states, of_table), along))
        return (*products, None, None, None, None, of_upstream)


def hessian_product(
    states: Tensor, table: Tensor, targets: Tensor, weights: Tensor, along_states: Tensor, along_table: Tensor
) -> tuple[Tensor, Tensor]:
    """Of the summed loss's Hessian with a direction; states [rows, width], table [vocabulary, width], as the result."""
    entries = table.shape[0]
    matrix, along_matrix = for_products(table), for_products(along_table)
    of_states = torch.empty_like(states)
    of_table = torch.zeros_like(matrix)
    for part in chunks(states, matrix):
        rows, along = states[part], along_states[part]
        logits = torch.matmul(rows, matrix.mT)
        logits[:, entries:] = float("-inf")  # rows that the table was filled up with
        p = torch.softmax(logits, -1)
        change = torch.matmul(along, matrix.mT).addmm_(rows, along_matrix.mT)
        change -= (p * change).sum(-1, keepdim=True)
        weight = weights[part].unsqueeze(-1)
        change *= p * weight
        p.scatter_add_(-1, targets[part].long().unsqueeze(-1), torch.full_like(weight, -1))
        gradient = p * weight
        of_states[part] = torch.matmul(change, matrix).addmm_(gradient, along_matrix)
        add_product(of_table, change.mT, rows)
        add_product(of_table, gradient.mT, along)
    return of_states, of_table[:entries]
