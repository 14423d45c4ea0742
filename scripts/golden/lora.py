"""Golden losses of LoRA, from PEFT: python scripts/golden/lora.py

Writes tests/golden/lora.json. Weights, adapters and batches follow formulas that both sides compute.
"""
import json
import os

import numpy as np
import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model

from llama import GOLDEN, batch, loss_of, tiny, uniform

STEPS = 30


def adapted(rank, alpha, rslora, targets):
    torch.manual_seed(0)
    model = get_peft_model(tiny(True), LoraConfig(r=rank, lora_alpha=alpha, lora_dropout=0.0, use_rslora=rslora, target_modules=targets, bias='none', task_type='CAUSAL_LM'))
    with torch.no_grad():
        names = sorted(name for name, p in model.named_parameters() if p.requires_grad)
        for stream, name in enumerate(names):
            p = model.get_parameter(name)
            p.copy_(torch.from_numpy((0.6 * (uniform(np.arange(p.numel()), 3000 + stream).reshape(p.shape) - 0.5)).astype(np.float32)))
    return model


def run(rank, alpha, rslora, targets, rate, decay):
    model = adapted(rank, alpha, rslora, targets)
    model.eval()  # no dropout anywhere
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=rate, weight_decay=decay)
    losses, norms = [], []
    for step in range(STEPS):
        loss, _ = loss_of(model, *batch(step % 4))
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(learned, 1.0).item())
        optimizer.step()
        losses.append(loss.item())
    return dict(lora=dict(rank=rank, alpha=alpha, dropout=0, targets=targets, rslora=rslora), learningRate=rate, weightDecay=decay, clipNorm=1, losses=losses, norms=norms,
                learned=sum(p.numel() for p in learned))


if __name__ == '__main__':
    runs = [run(3, 6, False, ['q_proj', 'v_proj'], 2e-2, 0.0), run(2, 4, True, ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'], 1e-2, 0.05)]
    with open(os.path.join(GOLDEN, 'lora.json'), 'w') as file:
        json.dump(dict(madeBy='scripts/golden/lora.py', versions=dict(torch=torch.__version__, transformers=transformers.__version__, peft=peft.__version__), runs=runs), file, separators=(',', ':'))
        file.write('\n')
