"""Best schedules of a linear world by scipy's linear programming, for tests/mixture/regmix-d/fixtures/schedule.json.

    pip install scipy==1.17.1 && python scripts/regmix-d-schedule.py > tests/mixture/regmix-d/fixtures/schedule.json

Losses after a stage are A losses + B_stage mixture: the loss at the end is then linear in all mixtures together.
"""
import json

import numpy as np
from scipy.optimize import linprog

domains, metrics, stages = 4, 2, 5
random = np.random.default_rng(7)
A = np.array([[0.9, 0.15], [0.0, 0.85]])
B = -random.uniform(0.05, 0.8, (stages, metrics, domains))
start = np.array([5.0, 4.0])
weights = np.array([0.7, 0.3])

# d(objective at the end) / d(mixture of each stage)
gradient = np.stack([weights @ np.linalg.matrix_power(A, stages - 1 - s) @ B[s] for s in range(stages)])
constant = float(weights @ np.linalg.matrix_power(A, stages) @ start)


def solve(maximum_share=1.0, maximum_change=None, supply=None):
    """supply: shares of the whole training's tokens, by domain."""
    rows, limits = [], []

    def add(entries, limit):
        row = np.zeros((stages, domains))
        for (s, d), value in entries:
            row[s, d] = value
        rows.append(row.ravel())
        limits.append(limit)

    if maximum_change is not None:
        for s in range(1, stages):
            for d in range(domains):
                add([((s, d), 1), ((s - 1, d), -1)], maximum_change)
                add([((s, d), -1), ((s - 1, d), 1)], maximum_change)
    for d, most in enumerate(supply or []):
        add([((s, d), 1 / stages) for s in range(stages)], most)
    equal = np.kron(np.eye(stages), np.ones(domains))
    answer = linprog(
        gradient.ravel(),
        A_ub=np.array(rows) if rows else None,
        b_ub=limits or None,
        A_eq=equal,
        b_eq=np.ones(stages),
        bounds=(0, maximum_share),
    )
    assert answer.status == 0
    return {
        "maximumShare": maximum_share,
        "maximumChange": maximum_change,
        "supply": supply,
        "objective": constant + answer.fun,
        "mixtures": np.round(answer.x.reshape(stages, domains), 9).tolist(),
    }


problems = {
    "no limits": solve(),
    "largest shares": solve(maximum_share=0.6),
    "a smooth schedule": solve(maximum_change=0.15),
    "scarce data": solve(supply=[0.3, 0.3, 0.3, 0.3]),
}
print(
    json.dumps(
        {
            "A": A.tolist(),
            "B": B.tolist(),
            "start": start.tolist(),
            "weights": weights.tolist(),
            "problems": problems,
        },
        indent=1,
    )
)
