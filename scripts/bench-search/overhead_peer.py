"""The peer of overhead.mjs: milliseconds that Optuna's ask and suggestions take, and the tell, after each of some numbers of finished trials; medians as JSON."""
import json
import math
import random
import statistics
import sys
import time
import warnings

import optuna
from optuna.distributions import FloatDistribution

warnings.filterwarnings('ignore')
optuna.logging.set_verbosity(optuna.logging.ERROR)
dimensions, sizes = int(sys.argv[1]), [int(size) for size in sys.argv[2:]]
names = [f'p{i}' for i in range(dimensions)]
space = {name: FloatDistribution(1e-4, 1e-1, log=True) for name in names}
draws = random.Random(1)


def loss_of(params):
    return 0.4 + 0.2 * sum((math.log10(params[name]) + 2.2) ** 2 for name in names) / dimensions + 0.02 * (draws.random() - 0.5)


def median_of(sampler, size):
    study = optuna.create_study(sampler=sampler)
    finished = []
    for _ in range(size):
        params = {name: 10 ** draws.uniform(-4, -1) for name in names}
        finished.append(optuna.trial.create_trial(params=params, distributions=space, value=loss_of(params)))
    study.add_trials(finished)
    times = []
    for _ in range(4):
        began = time.perf_counter()
        trial = study.ask()
        params = {name: trial.suggest_float(name, 1e-4, 1e-1, log=True) for name in names}
        study.tell(trial, loss_of(params))
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[1:])


print(json.dumps([
    {'gp': median_of(optuna.samplers.GPSampler(seed=1), size), 'tpe': median_of(optuna.samplers.TPESampler(seed=1, multivariate=True), size)} for size in sizes
]))
