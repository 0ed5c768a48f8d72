"""Two derivatives of the chunked loss of the vocabulary against float64: JSON on stdout, {case: largest relative error}."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "engines" / "torch"))

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from assay_torch import vocabulary_loss as engine  # noqa: E402
from assay_torch.curvature import Loss  # noqa: E402

ROWS, ENTRIES, WIDTH = 24, 37, 8


def plain(states, table, targets, weights):
    losses = F.cross_entropy(states @ table.mT, targets.long(), reduction="none")
    return (weights * losses).sum()


def products(loss, leaves, along, factor):
    """Of the Hessian of factor · loss with a direction."""
    first = torch.autograd.grad(loss * factor, leaves, create_graph=True)
    return torch.autograd.grad(first, leaves, along)


def error(got, expected):
    return float((got.double() - expected).abs().max() / expected.abs().max())


def given():
    torch.manual_seed(1)
    states, table = torch.randn(ROWS, WIDTH, requires_grad=True), torch.randn(ENTRIES, WIDTH, requires_grad=True)
    along = [torch.randn(ROWS, WIDTH), torch.randn(ENTRIES, WIDTH)]
    return states, table, along, torch.randint(ENTRIES, (ROWS,), dtype=torch.int32), torch.rand(ROWS)


def errors(logit_bytes, table_rows):
    engine.LOGIT_BYTES["cpu"], engine.TABLE_ROWS["cpu"] = logit_bytes, table_rows
    states, table, along, targets, weights = given()
    found = products(Loss.apply(states, table, targets, weights), [states, table], along, 3)
    exact = [leaf.detach().double().requires_grad_() for leaf in (states, table)]
    expected = products(plain(*exact, targets, weights.double()), exact, [x.double() for x in along], 3)
    return max(error(*pair) for pair in zip(found, expected))


def of_factor():
    """What the loss counts may itself be a leaf: exp(loss) has the Hessian exp(loss) · (H + g · gᵀ)."""
    engine.LOGIT_BYTES["cpu"], engine.TABLE_ROWS["cpu"] = 2**20, 1
    states, table, along, targets, weights = given()
    found = products(torch.exp(0.1 * Loss.apply(states, table, targets, weights)), [states, table], along, 1)
    exact = [leaf.detach().double().requires_grad_() for leaf in (states, table)]
    loss = torch.exp(0.1 * plain(*exact, targets, weights.double()))
    return max(error(*pair) for pair in zip(found, products(loss, exact, [x.double() for x in along], 1)))


chunk = 4 * 64 * 6  # six rows of a padded table
print(
    json.dumps(
        {
            "whole": errors(2**20, 1),
            "in chunks": errors(chunk, 1),
            "padded": errors(2**20, 64),
            "padded in chunks": errors(chunk, 64),
            "upstream": of_factor(),
        }
    )
)
