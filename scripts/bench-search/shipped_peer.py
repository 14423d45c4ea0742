"""Optuna for shipped.mjs: reads the problem, then prints a configuration and reads its loss, a line each."""
import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
problem = json.loads(sys.stdin.readline())
SAMPLERS = {"tpe": optuna.samplers.TPESampler, "gp": optuna.samplers.GPSampler}
study = optuna.create_study(sampler=SAMPLERS[problem["sampler"]](seed=problem["seed"]))
while True:
    trial = study.ask()
    config = {}
    for p in problem["params"]:
        suggest = trial.suggest_int if p["type"] == "int" else trial.suggest_float
        config[p["name"]] = suggest(p["name"], p["low"], p["high"], log=p["log"])
    print(json.dumps(config), flush=True)
    line = sys.stdin.readline()
    if not line:
        break
    study.tell(trial, json.loads(line))
