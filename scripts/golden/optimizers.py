"""Golden values for optimizers, schedules and label smoothing, from torch and transformers: python scripts/golden/optimizers.py

Writes tests/golden/optimizers.json. Weights and batches are those of llama.py, which both sides compute. Lion, which
neither library has, follows program 1 of Chen et al., 2023, line by line.
"""
import json
import math
import os

import torch
import torch.nn.functional as F
import transformers
from transformers.optimization import Adafactor, get_wsd_schedule

from llama import GOLDEN, STEPS, batch, tiny


class Lion(torch.optim.Optimizer):
    def __init__(self, groups, lr, betas=(0.9, 0.99)):
        super().__init__(groups, dict(lr=lr, betas=betas, weight_decay=0.0))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group['betas']
            for p in group['params']:
                m = self.state[p].setdefault('m', torch.zeros_like(p))
                update = torch.sign(b1 * m + (1 - b1) * p.grad)
                self.state[p]['m'] = b2 * m + (1 - b2) * p.grad
                p -= group['lr'] * (update + group['weight_decay'] * p)


MAKE = {
    'adamw': lambda groups, lr: torch.optim.AdamW(groups, lr=lr),
    'adam': lambda groups, lr: torch.optim.Adam(groups, lr=lr),
    'sgd': lambda groups, lr: torch.optim.SGD(groups, lr=lr, momentum=0.8),
    'lion': Lion,
    'adafactor': lambda groups, lr: Adafactor(groups, lr=lr, scale_parameter=False, relative_step=False, warmup_init=False),
}


def loss_of(model, tokens, trained, smoothing):
    logits = model(tokens[:, :-1]).logits.flatten(0, 1)
    losses = lambda s: (F.cross_entropy(logits, tokens[:, 1:].flatten(), reduction='none', label_smoothing=s) * trained.flatten()).sum() / trained.sum()
    return losses(smoothing), losses(0.0)


def run(name, rate, decay, clip, smoothing=0.0):
    model = tiny(True)
    named = list(model.named_parameters())
    optimizer = MAKE[name]([{'params': [p for _, p in named if p.ndim > 1], 'weight_decay': decay},
                            {'params': [p for _, p in named if p.ndim == 1], 'weight_decay': 0.0}], rate)
    losses, norms = [], []
    for step in range(STEPS):
        minimised, plain = loss_of(model, *batch(step % 4), smoothing)
        optimizer.zero_grad()
        minimised.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), clip if clip > 0 else float('inf')).item())
        optimizer.step()
        losses.append(plain.item())
    return dict(optimizer=name, learningRate=rate, weightDecay=decay, clipNorm=clip, momentum=0.8, labelSmoothing=smoothing, losses=losses, norms=norms)


def wsd(warmup, decay, total):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = get_wsd_schedule(optimizer, warmup, decay, total, decay_type='linear')
    rates = []
    for _ in range(total):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return rates


if __name__ == '__main__':
    runs = [run('adamw', 1e-2, 0.1, 1.0, smoothing=0.1), run('adam', 1e-2, 0.1, 1.0), run('sgd', 5e-2, 0.01, 0.5), run('lion', 2e-3, 0.1, 1.0), run('adafactor', 1e-2, 0.1, 1.0)]
    values = dict(runs=runs, wsd=dict(totalSteps=40, warmupRatio=0.06, decayRatio=0.21, rates=wsd(math.ceil(0.06 * 40), math.ceil(0.21 * 40), 40)))
    with open(os.path.join(GOLDEN, 'optimizers.json'), 'w') as file:
        json.dump(dict(madeBy='scripts/golden/optimizers.py', versions=dict(torch=torch.__version__, transformers=transformers.__version__), **values), file, separators=(',', ':'))
        file.write('\n')
