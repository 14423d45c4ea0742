"""Densities of Optuna's multivariate Parzen estimator.

python scripts/golden/parzen.py > tests/golden/parzen.json
"""

import json

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights

space = {
    "x": FloatDistribution(0.0, 1.0),
    "lr": FloatDistribution(1e-4, 1e-1, log=True),
    "n": IntDistribution(1, 60),
    "m": IntDistribution(4, 640, log=True),
    "c": CategoricalDistribution(["a", "b", "c"]),
}
parameters = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)


def draw(rng, n):
    # Integers without repeats: which of two equal centres gets which width depends on how a sort treats ties.
    return {
        "x": rng.uniform(size=n),
        "lr": 10 ** rng.uniform(-4, -1, size=n),
        "n": rng.permutation(np.arange(1, 61))[:n].astype(float),
        "m": rng.permutation(np.arange(4, 641))[:n].astype(float),
        "c": rng.integers(0, 3, size=n).astype(float),
    }


def rows(columns):
    n = len(columns["x"])
    return [
        {"x": columns["x"][i], "lr": columns["lr"][i], "n": int(columns["n"][i]), "m": int(columns["m"][i]), "c": "abc"[int(columns["c"][i])]}
        for i in range(n)
    ]


cases = []
for count, seed in [(0, 0), (1, 1), (2, 2), (7, 3), (40, 4)]:
    rng = np.random.default_rng(seed)
    observations = draw(rng, count)
    at = draw(rng, 5)
    estimator = _ParzenEstimator(observations, space, parameters)
    # Optuna's density is by the logarithm of the learning rate; by its unit coordinate it is larger by the logarithm's range.
    jacobian = np.log(np.log(1e-1) - np.log(1e-4))
    cases.append({"observations": rows(observations), "at": rows(at), "logDensity": (estimator.log_pdf(at) + jacobian).tolist()})
print(json.dumps({"from": f"optuna {optuna.__version__}", "cases": cases}))
