"""Golden values for every family of models, from torch and transformers: python scripts/golden/families.py [FOLDER]

Writes tests/golden/families.json: for each family the config.json of a small model, and its logits, loss, gradients and
greedy tokens. Weights follow a formula that both sides compute, so none are kept. With FOLDER, the models are saved there too.
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
import transformers
from transformers import GPT2Config, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config, SmolLM3Config, AutoModelForCausalLM

from llama import uniform

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
BATCH, LENGTH, VOCABULARY = 2, 24, 37
SIZE = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=24, vocab_size=VOCABULARY,
            max_position_embeddings=96, bos_token_id=1, eos_token_id=2, pad_token_id=None)
GPT2 = dict(n_embd=16, n_layer=2, n_head=4, n_positions=96, vocab_size=VOCABULARY, bos_token_id=1, eos_token_id=2)


def rope(kind, theta=10000.0, **more):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=theta, **more))


FAMILIES = {
    'Llama 2': lambda: LlamaConfig(**SIZE | dict(num_key_value_heads=4), **rope('default')),
    'Llama 3.1': lambda: LlamaConfig(**SIZE, **rope('llama3', 500000.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16)),
    'Llama 3.2, tied': lambda: LlamaConfig(**SIZE, head_dim=8, tie_word_embeddings=True, **rope('llama3', 5000.0, factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=48)),
    'Llama, linear': lambda: LlamaConfig(**SIZE, **rope('linear', factor=4.0)),
    'Llama, dynamic': lambda: LlamaConfig(**SIZE, **rope('dynamic', factor=2.0)),
    'Llama, YaRN': lambda: LlamaConfig(**SIZE, head_dim=8, **rope('yarn', factor=4.0, original_max_position_embeddings=24)),
    'Llama, biases': lambda: LlamaConfig(**SIZE, attention_bias=True, mlp_bias=True),
    'SmolLM2': lambda: LlamaConfig(**SIZE, tie_word_embeddings=True, rms_norm_eps=1e-5, **rope('default', 100000.0)),
    'SmolLM3': lambda: SmolLM3Config(**SIZE | dict(num_hidden_layers=4)),
    'Mistral': lambda: MistralConfig(**SIZE, sliding_window=7),
    'Mistral, no window': lambda: MistralConfig(**SIZE, sliding_window=None, head_dim=8),
    'Qwen2.5': lambda: Qwen2Config(**SIZE, tie_word_embeddings=True, **rope('default', 1000000.0)),
    'DeepSeek-R1 distilled': lambda: Qwen2Config(**SIZE, use_sliding_window=False, sliding_window=4096, max_window_layers=1),
    'Qwen2, window': lambda: Qwen2Config(**SIZE, use_sliding_window=True, sliding_window=6, max_window_layers=1),
    'Qwen3': lambda: Qwen3Config(**SIZE, head_dim=12, tie_word_embeddings=True, **rope('default', 1000000.0)),
    'GPT-2': lambda: GPT2Config(**GPT2),
    'GPT-2, untied': lambda: GPT2Config(**GPT2, n_inner=20, tie_word_embeddings=False, activation_function='gelu_pytorch_tanh'),
}


def model_of(config):
    model = AutoModelForCausalLM.from_config(config, attn_implementation='eager', dtype=torch.float32).eval()
    with torch.no_grad():
        # alphabetical order gives each weight its stream
        for stream, (name, weight) in enumerate(sorted(model.named_parameters())):
            u = uniform(np.arange(weight.numel()), stream + 1).reshape(weight.shape) - 0.5
            scale, offset = (0.8, 0) if weight.ndim > 1 or name.endswith('.bias') else (0.5, 1)
            weight.copy_(torch.from_numpy((offset + scale * u).astype(np.float32)))
    return model


def short(tensor):
    return [float(f'{x:.8g}') for x in tensor.detach().double().flatten().tolist()]


def values(config, folder):
    model = model_of(config)
    if folder:
        model.save_pretrained(folder)
    tokens = torch.from_numpy(np.floor(uniform(np.arange(BATCH * (LENGTH + 1)), 1000) * VOCABULARY).astype(np.int64).reshape(BATCH, LENGTH + 1))
    logits = model(tokens[:, :-1]).logits
    loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    loss.backward()
    prompts = [[1, 5, 9, 30], [1, 20, 3, 7, 11, 36, 8, 4, 4, 19, 2, 6], [4]]
    # no token ends a text: 64 are wanted
    model.generation_config.eos_token_id = None
    greedy = [model.generate(torch.tensor([p]), attention_mask=torch.ones(1, len(p), dtype=torch.long), do_sample=False, max_new_tokens=64, pad_token_id=0)[0, len(p):].tolist()
              for p in prompts]
    written = json.loads(config.to_json_string(use_diff=True)) | dict(architectures=[type(model).__name__])
    return dict(config=written, lastLogits=short(logits[:, -1]), logitNorms=short(torch.linalg.norm(logits, dim=-1)), loss=loss.item(),
                gradients={name: dict(norm=float(f'{torch.linalg.norm(p.grad):.8g}'), first=short(p.grad.flatten()[:3]), last=short(p.grad.flatten()[-3:]))
                           for name, p in sorted(model.named_parameters())},
                prompts=prompts, greedy=greedy)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else None
    versions = dict(torch=torch.__version__, transformers=transformers.__version__)
    families = {name: values(make(), folder and os.path.join(folder, name)) for name, make in FAMILIES.items()}
    with open(os.path.join(GOLDEN, 'families.json'), 'w') as file:
        json.dump(dict(madeBy='scripts/golden/families.py', versions=versions, batch=BATCH, length=LENGTH, families=families), file, separators=(',', ':'))
        file.write('\n')


if __name__ == '__main__':
    main()
