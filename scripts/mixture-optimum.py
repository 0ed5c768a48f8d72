"""Writes tests/mixture/proposers/fixtures/optimum.json: optima of log-linear mixing laws by a convex solver.

Run at the root: `pip install cvxpy numpy && python scripts/mixture-optimum.py`.
"""
import json

import cvxpy as cp
import numpy as np

rng = np.random.default_rng(6)
k, m = 17, 13
prior = np.round(rng.dirichlet(np.ones(k) * 0.8) + 0.002, 4)
prior = prior / prior.sum()
floor = np.round(rng.uniform(0.2, 0.9, m), 3)
slopes = np.round(rng.normal(0, 1.2, (m, k)), 3)
# Each law is lower where its own domain has more.
slopes[np.arange(m), np.arange(m)] -= 2.5

w = cp.Variable(k)
losses = [np.exp(floor[j]) + cp.exp(slopes[j] @ w) for j in range(m)]
mean = cp.sum(cp.hstack(losses)) / m
kl = cp.sum(cp.rel_entr(w, prior))
uniform, four = np.ones(k), np.minimum(4 * prior, 1)

least = np.zeros(k)
least[[3, 11]] = [0.05, 0.1]
cases = {
    "mean with a penalty on divergence, under a supply": (mean + 0.05 * kl, four, np.zeros(k), None, dict(terms="mean", penalty=0.05)),
    "one domain, under a supply": (losses[2], four, np.zeros(k), None, dict(terms=[2], penalty=0)),
    "mean without limits": (mean, uniform, np.zeros(k), None, dict(terms="mean", penalty=0)),
    "mean within a divergence": (mean, uniform, np.zeros(k), 0.2, dict(terms="mean", penalty=0)),
    "mean with least shares": (mean, np.minimum(2 * prior + 0.1, 1), least, None, dict(terms="mean", penalty=0)),
    "worst domain": (cp.maximum(*losses), uniform, np.zeros(k), None, dict(terms="worst", penalty=0)),
    "worst domain under a supply, within a divergence": (cp.maximum(*losses), np.minimum(6 * prior, 1), np.zeros(k), 0.3, dict(terms="worst", penalty=0)),
}
solved = []
for name, (cost, upper, lower, limit, how) in cases.items():
    constraints = [cp.sum(w) == 1, w >= lower, w <= upper] + ([kl <= limit] if limit else [])
    problem = cp.Problem(cp.Minimize(cost), constraints)
    problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-11, tol_gap_rel=1e-11, tol_feas=1e-11)
    assert problem.status == "optimal", (name, problem.status)
    solved.append(dict(name=name, lower=lower.tolist(), upper=upper.tolist(), maximumDivergence=limit, **how,
                       mixture=w.value.tolist(), cost=float(problem.value)))
    print(name, problem.value)
with open("tests/mixture/proposers/fixtures/optimum.json", "w") as f:
    json.dump(dict(cvxpy=cp.__version__, solver="CLARABEL", prior=prior.tolist(), floor=floor.tolist(),
                   slopes=slopes.tolist(), cases=solved), f)
