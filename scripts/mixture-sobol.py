"""Writes tests/mixture/design/fixtures/sobol.json: SciPy's unscrambled Sobol points and beta quantiles.

Run at the root: `pip install scipy numpy && python scripts/mixture-sobol.py`.
"""
import json

import scipy
from scipy.stats import beta, qmc

dimensions, count = 128, 64
points = qmc.Sobol(dimensions, scramble=False, bits=30).random(count)
quantiles = [
    [p, a, b, float(beta.ppf(p, a, b))]
    for p in (0.001, 0.3, 0.5, 0.97)
    for a, b in ((1, 1), (0.3, 2.5), (2, 16), (0.05, 0.9), (7.5, 0.4))
]
with open("tests/mixture/design/fixtures/sobol.json", "w") as f:
    # Every 9th dimension keeps the file small; each point has 6 binary digits.
    json.dump({"scipy": scipy.__version__, "dimensions": dimensions, "points": points[:, ::9].tolist(), "quantiles": quantiles}, f)
