"""Reads a model's folder as a user of transformers would: python scripts/golden/read_export.py MODEL_DIR PROMPT

Prints one JSON object: the prompt in the model's chat template, its ids, and the ids and text of the greedy answer.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

torch.set_num_threads(1)
directory, prompt = sys.argv[1:3]
tokenizer = AutoTokenizer.from_pretrained(directory)
model = AutoModelForCausalLM.from_pretrained(directory).eval()
messages = [{'role': 'user', 'content': prompt}]
text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
ids = tokenizer.encode(text, add_special_tokens=False)
with torch.no_grad():
    out = model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), max_new_tokens=40, do_sample=False, pad_token_id=0)[0].tolist()
answer = out[len(ids):]
print(json.dumps({'text': text, 'ids': ids, 'answer': answer, 'decoded': tokenizer.decode(answer, skip_special_tokens=True), 'parameters': model.num_parameters(), 'dtype': str(model.dtype)}))
