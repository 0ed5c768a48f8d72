"""The chunked loss of the vocabulary against PyTorch's own in float64: JSON on stdout, {case: largest relative error}."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "engines" / "torch"))

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from assay_torch import vocabulary_loss as engine  # noqa: E402


def plain(states, table, targets, weights):
    """Losses of rows, by float64 and autograd."""
    logits = states.double() @ table.double().mT
    losses = F.cross_entropy(logits.flatten(0, -2), targets.flatten().long(), reduction="none")
    return weights.double() * losses.reshape(targets.shape)


def error(got, expected):
    return float((got.detach().double() - expected.detach()).abs().max() / expected.detach().abs().max())


def errors(members, logit_bytes, table_rows, dtype):
    engine.LOGIT_BYTES["cpu"], engine.TABLE_ROWS["cpu"] = logit_bytes, table_rows
    torch.manual_seed(1)
    rows, entries, width = 24, 37, 8
    states = torch.randn(*members, rows, width, requires_grad=True)
    table = torch.randn(*members, entries, width, requires_grad=True)
    targets = torch.randint(entries, (*members, rows), dtype=torch.int32)
    weights = torch.rand(*members, rows)
    expected = plain(states, table, targets, weights)
    upstream = torch.arange(1.0, 1 + (members[0] if members else 1)).double().reshape(members)
    of_states, of_table = torch.autograd.grad((expected.sum(-1) * upstream).sum(), [states, table])
    with torch.autocast("cpu", dtype=dtype, enabled=dtype != torch.float32):
        loss = engine.loss_of_rows(states, table, targets, weights, engine.chunk_gradient)
        with torch.no_grad():
            losses = engine.losses_of_rows(states, table, targets, weights)
    got = torch.autograd.grad((loss * upstream).sum(), [states, table])
    pairs = [(loss, expected.sum(-1)), (losses, expected), (got[0], of_states.double()), (got[1], of_table.double())]
    return max(error(*pair) for pair in pairs)


chunk = 4 * 4 * 64  # four rows of a padded table
print(
    json.dumps(
        {
            "alone": errors([], 2**20, 1, torch.float32),
            "stacked": errors([3], 2**20, 1, torch.float32),
            "alone in chunks": errors([], chunk, 1, torch.float32),
            "stacked in chunks": errors([3], chunk, 1, torch.float32),
            "alone, padded": errors([], chunk, 64, torch.float32),
            "stacked, padded": errors([3], chunk, 64, torch.float32),
            "alone in bfloat16": errors([], chunk, 64, torch.bfloat16),
            "stacked in bfloat16": errors([3], chunk, 64, torch.bfloat16),
        }
    )
)
