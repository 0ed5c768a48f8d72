"""Writes tests/mixture/regressors/fixtures/sklearn-gp.json: scikit-learn's Gaussian processes at given hyperparameters.

    pip install scikit-learn==1.5.2 && python scripts/sklearn-gp.py > tests/mixture/regressors/fixtures/sklearn-gp.json

Kernel: signal * (RBF or Matern 5/2, a length scale for every feature) + 1 + linear * x.x + noise. Distances are measured in
features that are transformed here, from the definitions; x is standardised plain shares.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, Kernel, Matern, WhiteKernel

rng = np.random.default_rng(11)
columns = 4


def mixtures(n):
    return rng.dirichlet(np.full(columns, 0.4), size=n)


class On(Kernel):
    """A kernel that sees some columns only."""

    def __init__(self, kernel, first, last):
        self.kernel, self.first, self.last = kernel, first, last

    def __call__(self, X, Y=None, eval_gradient=False):
        part = slice(self.first, self.last)
        return self.kernel(X[:, part], None if Y is None else Y[:, part])

    def diag(self, X):
        return self.kernel.diag(X[:, self.first : self.last])

    def is_stationary(self):
        return False

    @property
    def hyperparameters(self):
        return []

    @property
    def theta(self):
        return np.array([])

    @theta.setter
    def theta(self, value):
        assert len(value) == 0

    @property
    def bounds(self):
        return np.empty((0, 2))


rows, asked = mixtures(33), mixtures(7)
targets = 3 + np.exp(-4 * rows[:, 0]) + np.log(0.05 + rows[:, 2]) + 0.05 * rng.normal(size=len(rows))
noises = rng.uniform(0, 0.1, size=len(rows))
centre, spread = rows.mean(axis=0), rows.std(axis=0)
floors = np.array([0.02, 0.05, 0.01, 0.1])


def ilr(x):
    """Helmert's basis, after a floor of a twentieth of the mean."""
    logs = np.log(x + rows.mean(axis=0) / 20)
    return np.stack(
        [np.sqrt(j / (j + 1)) * (logs[:, :j].mean(axis=1) - logs[:, j]) for j in range(1, columns)], axis=1
    )


transforms = {
    "log": lambda x: np.log(1 + x / floors),
    "sqrt": np.sqrt,
    "identity": lambda x: x,
    "ilr": ilr,
}
cases = []
for kernel, form in [("squared-exponential", RBF), ("matern-5/2", lambda length_scale: Matern(length_scale, nu=2.5))]:
    for name, transform in transforms.items():
        features, wanted = transform(rows), transform(asked)
        lengths = rng.uniform(0.5, 2, size=features.shape[1])
        signal, linear, noise = rng.uniform([0.5, 0.1, 0.05], [1.5, 0.5, 0.2])
        width = features.shape[1]
        process = GaussianProcessRegressor(
            ConstantKernel(signal**2) * On(form(length_scale=lengths), 0, width)
            + ConstantKernel(1.0)
            + ConstantKernel(linear**2) * On(DotProduct(sigma_0=0.0), width, width + columns)
            + WhiteKernel(noise**2),
            alpha=noises**2 + 1e-8,
            optimizer=None,
        )
        join = lambda f, x: np.hstack([f, (x - centre) / spread])
        process.fit(join(features, rows), targets)
        mean, error = process.predict(join(wanted, asked), return_std=True)
        cases.append(
            {
                "kernel": kernel,
                "input": name,
                "lengths": lengths.tolist(),
                "signal": signal,
                "linear": linear,
                "noise": noise,
                "logLikelihood": process.log_marginal_likelihood_value_,
                "mean": mean.tolist(),
                "error": error.tolist(),
            }
        )

json.dump(
    {
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        "columns": columns,
        "rows": rows.ravel().tolist(),
        "targets": targets.tolist(),
        "noises": noises.tolist(),
        "asked": asked.ravel().tolist(),
        "floors": floors.tolist(),
        "cases": cases,
    },
    sys.stdout,
)
