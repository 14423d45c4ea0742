"""Decisions of Optuna's pruners on fixed tables of curves, and the sizes of its Hyperband brackets.

python scripts/golden/pruners.py > tests/golden/pruners.json

Writes {curves, percentile, halving, brackets}. Curves fall without noise and so gently that smoothing leaves them as they are; the trials come one after the
other. `percentile`: for each percentile the epoch (from 1) at which each trial was pruned, null for never; a pruned trial is no peer of later ones.
`halving`: for each factor and first rung, whether each trial went on, rung by rung as far as it came. `brackets`: trials by bracket for R, eta.
"""

import json

import numpy as np
import optuna
from optuna.trial import TrialState

EPOCHS = 40
WARMUP = 15

optuna.logging.set_verbosity(optuna.logging.ERROR)
rng = np.random.default_rng(5)
epochs = np.arange(1, EPOCHS + 1)
curves = np.round([rng.uniform(0.5, 1) + rng.uniform(0.2, 2) * np.exp(-epochs / rng.uniform(15, 60)) for _ in range(40)], 12)


def pruned(pruner, direction):
    """The epoch at which each trial is pruned."""
    study = optuna.create_study(pruner=pruner, direction=direction)
    sign = 1 if direction == "minimize" else -1
    ends = []
    for curve in curves:
        trial = study.ask()
        end = None
        for epoch, loss in enumerate(curve, start=1):
            trial.report(sign * loss, epoch)
            # A trial at its last epoch is done.
            if epoch < EPOCHS and trial.should_prune():
                end = epoch
                break
        if end is None:
            study.tell(trial, sign * curve[-1])
        else:
            study.tell(trial, state=TrialState.PRUNED)
        ends.append(end)
    return ends


percentiles = [
    {"percent": percent, "direction": direction, "peers": peers, "warmup": WARMUP, "ends": pruned(
        optuna.pruners.MedianPruner(peers, WARMUP + 1) if percent == 50 else optuna.pruners.PercentilePruner(percent, peers, WARMUP + 1), direction)}
    for percent in (10, 25, 50, 90) for direction in ("minimize", "maximize") for peers in (1, 5)
]
halvings = [
    {"factor": factor, "least": least, "ends": pruned(optuna.pruners.SuccessiveHalvingPruner(min_resource=least, reduction_factor=factor), "minimize")}
    for factor, least in ((2, 3), (3, 3), (3, 4), (4, 2))
]


def brackets(most, factor):
    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=most, reduction_factor=factor)
    pruner._try_initialization(None)
    return pruner._trial_allocation_budgets


print(json.dumps({
    "from": f"optuna {optuna.__version__}",
    "curves": curves.tolist(),
    "percentile": percentiles,
    "halving": halvings,
    "brackets": [{"most": most, "factor": factor, "trials": brackets(most, factor)} for most, factor in ((81, 3), (27, 3), (16, 2), (100, 4), (20, 3), (5, 3))],
}))
