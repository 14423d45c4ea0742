"""Golden values for safetensors, from Python's library and torch: python scripts/golden/safetensors_files.py

Writes tests/golden/safetensors.json: a file with float32 tensors as Python writes it, and one with each dtype that is read,
both in base64, with the values that torch reads from them.
"""
import base64
import json
import os

import torch
from safetensors.torch import load, save

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    torch.manual_seed(1)
    floats = {'b.weight': torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4 - 1, 'a': torch.tensor([1e-40, -0.0, 3.4e38]), 'empty': torch.zeros(0, 4), 'scalar': torch.tensor(2.5)}
    edge = torch.tensor([0, -0.0, 1, -1, 65504, 2**-14, 2**-24, -(2**-24), 2**-15 * 1.5, float('inf'), -float('inf'), 1 / 3, 0.1])
    mixed = {'half': edge.half(), 'brain': torch.cat([edge, torch.tensor([3.38e38, 1e-39])]).bfloat16(), 'ints': torch.tensor([[1, -2], [2**31 - 1, -(2**31)]], dtype=torch.int32), 'random': torch.randn(50).half()}
    write({'python': packed(floats, {'format': 'pt'}), 'mixed': packed(mixed, None)})


def packed(tensors, metadata):
    data = save(tensors, metadata)
    values = {name: {'shape': list(t.shape), 'values': [str(v) for v in t.double().flatten().tolist()]} for name, t in load(data).items()}
    return {'base64': base64.b64encode(data).decode(), 'tensors': values}


def write(value):
    with open(os.path.join(HERE, '../../tests/golden/safetensors.json'), 'w') as file:
        json.dump(value, file, indent=1)
        file.write('\n')


main()
