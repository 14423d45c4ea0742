"""What bench-objectives.mjs runs beside ours: Optuna's samplers of several objectives on the problem that its argument names.

python scripts/bench_objectives_peer.py '{"problem": "ZDT1", "dimensions": 5, "trials": 60, "seeds": 5, "sampler": "nsga2"}' prints the losses of every study's trials.
"""

import json
import sys
import warnings

import numpy as np
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.filterwarnings("ignore")
ask = json.loads(sys.argv[1])


def losses(x):
    g = 1 + 9 * np.mean(x[1:])
    share = x[0] / g
    height = {"ZDT1": 1 - np.sqrt(share), "ZDT2": 1 - share**2, "ZDT3": 1 - np.sqrt(share) - share * np.sin(10 * np.pi * x[0])}[ask["problem"]]
    return float(x[0]), float(g * height)


def sampler(seed):
    if ask["sampler"] == "nsga2":
        return optuna.samplers.NSGAIISampler(seed=seed)
    if ask["sampler"] == "tpe":
        return optuna.samplers.TPESampler(seed=seed, multivariate=True)
    return optuna.samplers.GPSampler(seed=seed)


studies = []
for seed in range(ask["seeds"]):
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=sampler(seed))
    study.optimize(lambda trial: losses(np.array([trial.suggest_float(f"x{i}", 0, 1) for i in range(ask["dimensions"])])), n_trials=ask["trials"])
    studies.append([trial.values for trial in study.trials])
print(json.dumps(studies))
