"""Golden values for stopping rules, from Keras's EarlyStopping and Optuna's PatientPruner: python scripts/golden/early_stopping.py

Writes tests/golden/early-stopping.json: curves, and for each set of options the epoch (from 1) after which the rule stopped, null
for never.
"""
import json
import os

os.environ.setdefault('KERAS_BACKEND', 'torch')

import keras
import numpy as np
import optuna

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, '../../tests/golden/early-stopping.json')


class Model:
    stop_training = False


def keras_stop(curve, patience, min_delta, baseline, start_from_epoch):
    callback = keras.callbacks.EarlyStopping(
        monitor='val_loss', mode='min', patience=patience, min_delta=min_delta, baseline=baseline, start_from_epoch=start_from_epoch)
    model = Model()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(curve):
        callback.on_epoch_end(epoch, {'val_loss': loss})
        if model.stop_training:
            return epoch + 1
    return None


def optuna_stop(curve, patience, min_delta):
    pruner = optuna.pruners.PatientPruner(None, patience=patience, min_delta=min_delta)
    study = optuna.create_study(direction='minimize', pruner=pruner)
    trial = study.ask()
    for epoch, loss in enumerate(curve):
        trial.report(loss, epoch)
        if trial.should_prune():
            return epoch + 1
    return None


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    random = np.random.default_rng(1)
    epochs = np.arange(1, 31)
    curves = [
        np.round(1 + 2 / epochs ** random.uniform(0.4, 1.5) + rise * np.maximum(0, epochs - turn) + noise * random.normal(size=30), 3)
        for rise in (0, 0.005, 0.05) for turn in (4, 12) for noise in (0, 0.02, 0.1)
    ]
    curves += [np.full(12, 1.5), np.linspace(3, 1, 12).round(3), np.linspace(1, 3, 12).round(3)]
    cases = []
    for index, curve in enumerate(curves):
        for patience in (0, 1, 3, 5):
            for min_delta in (0.0, 0.01):
                for baseline, start in ((None, 0), (1.8, 0), (None, 6)):
                    cases.append({'rule': 'keras', 'curve': index, 'patience': patience, 'minDelta': min_delta, 'baseline': baseline,
                                  'startFromEpoch': start, 'stop': keras_stop(curve, patience, min_delta, baseline, start)})
                cases.append({'rule': 'optuna', 'curve': index, 'patience': patience, 'minDelta': min_delta,
                              'stop': optuna_stop(curve, patience, min_delta)})
    made = {'keras': keras.__version__, 'optuna': optuna.__version__, 'curves': [curve.tolist() for curve in curves], 'cases': cases}
    with open(OUT, 'w') as file:
        lines = ',\n'.join('  ' + json.dumps(case) for case in cases)
        rows = ',\n'.join('  ' + json.dumps(curve) for curve in made['curves'])
        file.write(f'{{"keras": "{made["keras"]}", "optuna": "{made["optuna"]}",\n"curves": [\n{rows}\n],\n"cases": [\n{lines}\n]}}\n')


main()
