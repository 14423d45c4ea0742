"""Golden values for the decoder, from torch and transformers: python scripts/golden/llama.py [MODEL_DIR]

Writes tests/golden/llama-tiny.json (weights follow a formula that both sides compute, so no weights are kept)
and, where MODEL_DIR (default ../shared/models/stories260K) is, tests/golden/llama-stories260k.json.
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
import transformers
from transformers import LlamaConfig, LlamaForCausalLM, get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
SIZE = dict(hidden_size=8, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=4, intermediate_size=12,
            vocab_size=29, max_position_embeddings=32, rope_theta=10000.0, rms_norm_eps=1e-5)
BATCH, LENGTH, STEPS = 3, 8, 20


def uniform(index, stream):
    """Uniform on [0, 1) from two integers: 32-bit hash, the same in tests/decoder/tiny-llama.ts."""
    with np.errstate(over='ignore'):
        h = np.asarray(index, np.uint32) + np.uint32(stream) * np.uint32(0x9E3779B1)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        h = h ^ (h >> np.uint32(16))
    return h.astype(np.float64) / 2**32


def tiny(tied):
    # no padding token: torch would withhold the gradient of its embedding
    model = LlamaForCausalLM(LlamaConfig(**SIZE, tie_word_embeddings=tied, attn_implementation='eager', bos_token_id=1, eos_token_id=2, pad_token_id=None))
    model.eval()
    with torch.no_grad():
        # alphabetical order gives each weight its stream
        for stream, (name, weight) in enumerate(sorted(model.named_parameters())):
            u = uniform(np.arange(weight.numel()), stream + 1).reshape(weight.shape) - 0.5
            weight.copy_(torch.from_numpy(((1 + 0.5 * u) if weight.ndim == 1 else 0.8 * u).astype(np.float32)))
    return model


def batch(step):
    tokens = np.floor(uniform(np.arange(BATCH * (LENGTH + 1)), 1000 + step) ** 2 * SIZE['vocab_size']).astype(np.int64).reshape(BATCH, LENGTH + 1)
    trained = (uniform(np.arange(BATCH * LENGTH), 2000 + step) < 0.7).astype(np.float32).reshape(BATCH, LENGTH)
    trained[-1] = 0 if step % 4 == 3 else trained[-1]  # a row of padding
    return torch.from_numpy(tokens), torch.from_numpy(trained)


def loss_of(model, tokens, trained):
    logits = model(tokens[:, :-1]).logits
    losses = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction='none')
    return (losses * trained.flatten()).sum() / trained.sum(), logits


def training(tied, schedule, warmup, clip, decay, rate):
    model = tiny(tied)
    named = list(model.named_parameters())
    optimizer = torch.optim.AdamW([{'params': [p for _, p in named if p.ndim > 1], 'weight_decay': decay},
                                   {'params': [p for _, p in named if p.ndim == 1], 'weight_decay': 0.0}], lr=rate, betas=(0.9, 0.999), eps=1e-8)
    scheduler = {'constant': lambda: transformers.get_constant_schedule_with_warmup(optimizer, warmup),
                 'linear': lambda: get_linear_schedule_with_warmup(optimizer, warmup, STEPS),
                 'cosine': lambda: get_cosine_schedule_with_warmup(optimizer, warmup, STEPS)}[schedule]()
    losses, norms, rates = [], [], []
    for step in range(STEPS):
        loss, _ = loss_of(model, *batch(step % 4))
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), clip if clip > 0 else float('inf'))
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        norms.append(norm.item())
    return dict(schedule=schedule, warmupSteps=warmup, clipNorm=clip, weightDecay=decay, learningRate=rate, losses=losses, norms=norms, rates=rates)


def greedy(model, prompts, count):
    return [model.generate(torch.tensor([p]), attention_mask=torch.ones(1, len(p), dtype=torch.long), do_sample=False, max_new_tokens=count)[0, len(p):].tolist()
            for p in prompts]


def short(tensor):
    return [float(f'{x:.8g}') for x in tensor.detach().double().flatten().tolist()]


def tiny_golden(tied):
    model = tiny(tied)
    tokens, trained = batch(0)
    loss, logits = loss_of(model, tokens, trained)
    loss.backward()
    prompts = [[1, 5, 9], [1, 20, 3, 7, 11, 2, 8], [4]]
    return dict(tokens=tokens.flatten().tolist(), trained=trained.flatten().int().tolist(), logits=short(logits), loss=loss.item(),
                gradients={name: short(p.grad) for name, p in sorted(model.named_parameters())},
                training=[training(tied, 'constant', 0, 0.0, 0.0, 1e-2), training(tied, 'linear', 5, 1.0, 0.1, 1e-2), training(tied, 'cosine', 3, 0.3, 0.01, 2e-2)],
                prompts=prompts, greedy=greedy(model, prompts, 14))


def write(name, values):
    versions = dict(torch=torch.__version__, transformers=transformers.__version__)
    with open(os.path.join(GOLDEN, name), 'w') as file:
        json.dump(dict(madeBy='scripts/golden/llama.py', versions=versions, **values), file, separators=(',', ':'))
        file.write('\n')


if __name__ == '__main__':
    config = dict(architecture='llama', width=8, layers=2, heads=4, kvHeads=2, headDim=4, ffnWidth=12, vocabulary=29, maxPositions=32, ropeTheta=10000, normEpsilon=1e-5)
    write('llama-tiny.json', dict(config=config, batch=BATCH, length=LENGTH, tied=tiny_golden(True), untied=tiny_golden(False)))

    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, '../../../shared/models/stories260K')
    if os.path.isdir(folder):
        stories = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation='eager').eval()
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        ids = tokenizer('Once upon a time, there was a little girl named Lily. She loved to play outside in the park.')['input_ids']
        row = torch.tensor([ids])
        loss, logits = loss_of(stories, row, torch.ones(1, len(ids) - 1))
        prompts = [ids[:4], ids[:20], [1]]
        write('llama-stories260k.json', dict(ids=ids, loss=loss.item(), firstLogits=short(logits[0, 0]), lastLogits=short(logits[0, -1]), prompts=prompts,
                                             greedy=greedy(stories, prompts, 60)))
