"""Gaussian process regression by scikit-learn: posterior, log marginal likelihood and its gradient.

python scripts/golden/gp.py > tests/golden/gp.json
"""

import json

import numpy as np
import sklearn
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel


def case(name, n, lengths, amplitude, noise, seed, repeated=0):
    rng = np.random.default_rng(seed)
    d = len(lengths)
    x = rng.uniform(size=(n, d))
    if repeated:
        x[-repeated:] = x[:repeated]
    y = np.sin(5 * x[:, 0]) + x.sum(axis=1) ** 2 + 0.1 * rng.normal(size=n)
    y = (y - y.mean()) / y.std()
    # WhiteKernel is not part of the covariance between a new point and the data, nor of the noise-free prediction.
    kernel = ConstantKernel(amplitude) * Matern(lengths, nu=2.5) + WhiteKernel(noise)
    process = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None).fit(x, y)
    at = np.vstack([rng.uniform(size=(6, d)), x[:2], np.full((1, d), 3.0)])
    mean, deviation = process.predict(at, return_std=True)
    likelihood, gradient = process.log_marginal_likelihood(process.kernel_.theta, eval_gradient=True)
    return {
        "name": name,
        "x": x.tolist(),
        "y": y.tolist(),
        "theta": process.kernel_.theta.tolist(),
        "at": at.tolist(),
        "mean": mean.tolist(),
        "variance": (deviation**2 - noise).tolist(),
        "logLikelihood": float(likelihood),
        "gradient": np.asarray(gradient).tolist(),
    }


def smoothed(epochs, seed):
    """A learning curve under 2% noise, and the mean of a process over the logarithm of the epoch: the level all but unknown, the noise read off fourth differences."""
    rng = np.random.default_rng(seed)
    curve = (0.4 + 2 / np.arange(1, epochs + 1)) * np.exp(0.02 * rng.normal(size=epochs))
    noise = 1.4826 * np.median(np.abs(np.diff(curve, 4))) / np.sqrt(70) / np.median(curve)
    t = np.log(np.arange(1, epochs + 1))[:, None]
    y = np.log(curve)
    middle = np.median(y)
    process = GaussianProcessRegressor(ConstantKernel(25) + Matern(2.75, nu=2.5), alpha=noise**2, optimizer=None).fit(t, y - middle)
    return {"curve": curve.tolist(), "smoothed": np.exp(middle + process.predict(t)).tolist()}


cases = [
    case("two points, one parameter", 2, [0.4], 1.3, 1e-2, 0),
    case("a dozen points, two parameters", 12, [0.3, 1.7], 0.8, 1e-3, 1),
    case("repeated points under noise", 20, [0.5, 0.2, 2.0], 2.0, 5e-2, 2, repeated=5),
    case("seven parameters", 60, [0.3, 0.5, 0.8, 1.0, 1.5, 3.0, 8.0], 1.5, 1e-2, 3),
    case("nearly no noise", 15, [0.25, 0.6], 1.0, 1e-6, 4),
]
print(json.dumps({"from": f"scikit-learn {sklearn.__version__}", "cases": cases, "curves": [smoothed(8, 5), smoothed(52, 6)]}))
