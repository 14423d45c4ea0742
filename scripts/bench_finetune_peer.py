"""The peer of bench-finetune.mjs: the same model and step in transformers; one round a line of standard input."""
import json
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

size = json.loads(sys.argv[1])
torch.set_num_threads(size['threads'])
torch.manual_seed(1)
config = LlamaConfig(
    hidden_size=size['width'], num_hidden_layers=size['layers'], num_attention_heads=size['heads'], num_key_value_heads=size['kvHeads'],
    intermediate_size=size['ffnWidth'], vocab_size=size['vocabulary'], max_position_embeddings=512, tie_word_embeddings=True, use_cache=False)
model = LlamaForCausalLM(config).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
tokens = torch.randint(0, size['vocabulary'], (size['rows'], size['length'] + 1))


def step():
    logits = model(input_ids=tokens[:, :-1]).logits
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), tokens[:, 1:].reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


step()
print('ready', flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    for _ in range(size['steps']):
        step()
    print(size['rows'] * size['length'] * size['steps'] / (time.perf_counter() - began), flush=True)
