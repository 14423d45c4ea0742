"""Reads an exported adapter as a user of PEFT would: python scripts/golden/check_adapter.py EXPORT_DIR [BASE_DIR]

Fails unless PEFT, on the model that was tuned, gives the logits of the merged model beside the adapter.
"""
import os
import sys

import torch
from peft import PeftConfig, PeftModel
from transformers import AutoModelForCausalLM

torch.set_num_threads(1)
export = sys.argv[1]
adapter = os.path.join(export, 'adapter')
base = sys.argv[2] if len(sys.argv) > 2 else PeftConfig.from_pretrained(adapter).base_model_name_or_path
given = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
ids = torch.arange(2, 34).reshape(2, 16) % given.config.vocab_size
with torch.no_grad():
    before = given(ids).logits.clone()
    adapted = PeftModel.from_pretrained(given, adapter).eval()(ids).logits
    merged = AutoModelForCausalLM.from_pretrained(export, dtype=torch.float32).eval()(ids).logits
apart = (adapted - merged).abs().max().item()
learned = (adapted - before).abs().max().item()
print(f'adapter and merged model are {apart:.2e} apart; the adapter moved the logits by {learned:.2e}')
assert apart < 1e-4, 'the same logits'
assert learned > 100 * apart, 'an adapter that does something'
