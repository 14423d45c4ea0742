"""Golden values for models whose files and config.json differ on a tied output projection: python scripts/golden/own_head.py

Writes tests/golden/own-head.json: config.json, the tensors that the file holds, and what transformers makes of the folder
(tied or not, last logits, greedy tokens). Weights follow the formula of families.py, with the streams of an untied model.
"""
import json
import os
import tempfile

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from transformers import GPT2Config, LlamaConfig, Qwen2Config, SmolLM3Config, AutoModelForCausalLM

from families import GPT2, SIZE, short
from llama import uniform

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
LLAMA = LlamaConfig(**SIZE, tie_word_embeddings=True)
EMBEDDING, HEAD = 'model.embed_tokens.weight', 'lm_head.weight'

# Config, what becomes of the untied model's tensors, and names that replace architectures
CASES = {
    'Llama, tied, own head': (LLAMA, lambda t: t, None),
    'Llama, tied, same head': (LLAMA, lambda t: t | {HEAD: t[EMBEDDING].clone()}, None),
    'Llama, tied, head alone': (LLAMA, lambda t: without(t, EMBEDDING), None),
    'Llama, tied, no head': (LLAMA, lambda t: without(t, HEAD), None),
    'Llama, untied': (LlamaConfig(**SIZE), lambda t: t, None),
    'Llama, untied, same head': (LlamaConfig(**SIZE), lambda t: t | {HEAD: t[EMBEDDING].clone()}, None),
    'Llama, body alone': (LLAMA, lambda t: {k.removeprefix('model.'): v for k, v in without(t, HEAD).items()}, 'LlamaModel'),
    'Llama, old spelling': (LLAMA, lambda t: t, 'LLaMAForCausalLM'),
    'Qwen2, tied, own head': (Qwen2Config(**SIZE, tie_word_embeddings=True), lambda t: t, None),
    'SmolLM3, tied by default, own head': (SmolLM3Config(**SIZE | dict(num_hidden_layers=4)), lambda t: t, None),
    'GPT-2, tied by default, own head': (GPT2Config(**GPT2), lambda t: t, None),
    'GPT-2, tied by default, same head': (GPT2Config(**GPT2), lambda t: t | {HEAD: t['transformer.wte.weight'].clone()}, None),
    'GPT-2, body alone': (GPT2Config(**GPT2), lambda t: {k.removeprefix('transformer.'): v for k, v in without(t, HEAD).items()}, 'GPT2Model'),
}


def without(tensors, name):
    return {key: value for key, value in tensors.items() if key != name}


def untied_tensors(config):
    """Of an untied model of this config, by the formula."""
    free = type(config).from_dict(config.to_dict() | dict(tie_word_embeddings=False))
    tensors = {}
    for stream, (name, weight) in enumerate(sorted(AutoModelForCausalLM.from_config(free, dtype=torch.float32).named_parameters())):
        u = uniform(np.arange(weight.numel()), stream + 1).reshape(weight.shape) - 0.5
        scale, offset = (0.8, 0) if weight.ndim > 1 or name.endswith('.bias') else (0.5, 1)
        tensors[name] = torch.from_numpy((offset + scale * u).astype(np.float32))
    return tensors


def values(config, change, name):
    tensors = change(untied_tensors(config))
    written = json.loads(config.to_json_string(use_diff=True))
    written['architectures'] = [name or type(AutoModelForCausalLM.from_config(config)).__name__]
    with tempfile.TemporaryDirectory() as folder:
        save_file(tensors, os.path.join(folder, 'model.safetensors'), {'format': 'pt'})
        with open(os.path.join(folder, 'config.json'), 'w') as file:
            json.dump(written, file)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation='eager').eval()
    tokens = torch.tensor([[1, 5, 9, 30, 7, 22, 3, 11]])
    model.generation_config.eos_token_id = None
    greedy = model.generate(tokens, attention_mask=torch.ones_like(tokens), do_sample=False, max_new_tokens=24, pad_token_id=0)[0, tokens.shape[1]:]
    return dict(config=written, tensors=sorted(tensors), sameHead=HEAD in tensors and any(torch.equal(tensors[HEAD], v) for k, v in tensors.items() if k != HEAD and v.shape == tensors[HEAD].shape),
                tied=model.get_output_embeddings().weight is model.get_input_embeddings().weight,
                tokens=tokens[0].tolist(), lastLogits=short(model(tokens).logits[0, -1]), greedy=greedy.tolist())


def main():
    versions = dict(torch=torch.__version__, transformers=transformers.__version__)
    cases = {name: values(*case) for name, case in CASES.items()}
    with open(os.path.join(GOLDEN, 'own-head.json'), 'w') as file:
        json.dump(dict(madeBy='scripts/golden/own_head.py', versions=versions, cases=cases), file, separators=(',', ':'))
        file.write('\n')


if __name__ == '__main__':
    main()
