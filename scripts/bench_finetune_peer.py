"""The peer of bench-finetune.mjs: the same model and work in transformers and PEFT; one round a line of standard input,
and the rate of products for the line that asks for it."""
import json
import resource
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM

PROMPT, ANSWER = 32, 64

size = json.loads(sys.argv[1])
torch.set_num_threads(size['threads'])
torch.manual_seed(1)
rows, length, steps, task, vocabulary = (size[name] for name in ('rows', 'length', 'steps', 'task', 'vocabulary'))
config = LlamaConfig(
    hidden_size=size['width'], num_hidden_layers=size['layers'], num_attention_heads=size['heads'], num_key_value_heads=size['kvHeads'],
    intermediate_size=size['ffnWidth'], vocab_size=vocabulary, max_position_embeddings=512, tie_word_embeddings=True,
    use_cache=task.startswith('generate'), bos_token_id=None, eos_token_id=None, pad_token_id=0)
model = LlamaForCausalLM(config)


def training():
    global model
    if task == 'lora':
        from peft import LoraConfig, get_peft_model
        model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, lora_dropout=0.0, target_modules='all-linear', task_type='CAUSAL_LM'))
    model.train()
    learned = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=1e-3, weight_decay=0.01)
    tokens = torch.randint(0, vocabulary, (rows, length + 1))
    forward = torch.compile(model) if size.get('compile') else model

    def step():
        logits = forward(input_ids=tokens[:, :-1]).logits
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), tokens[:, 1:].reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.item()

    def run():
        for _ in range(steps):
            step()
        return rows * length * steps
    return run


def generation(count):
    model.eval()
    prompts = torch.randint(1, vocabulary, (count, PROMPT))
    mask = torch.ones_like(prompts)

    def run():
        with torch.inference_mode():
            made = model.generate(prompts, attention_mask=mask, max_new_tokens=ANSWER, min_new_tokens=ANSWER, do_sample=False)
        return (made.shape[1] - PROMPT) * count
    return run


def products():
    """Operations per second of a step's commonest product."""
    n, width, inner = rows * length, size['width'], size['ffnWidth']
    x, w = torch.rand(n, width), torch.rand(inner, width)
    best = min(timed(lambda: x @ w.T) for _ in range(5))
    return 2 * n * width * inner / best


def timed(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


run = generation(int(task.split()[1])) if task.startswith('generate') else training()
run()
run()
print('ready', flush=True)
for line in sys.stdin:
    if line.strip() == 'products':
        print(json.dumps({'products': products()}), flush=True)
        continue
    began = time.perf_counter()
    tokens = run()
    rate = tokens / (time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({'rate': rate, 'peak': peak}), flush=True)
