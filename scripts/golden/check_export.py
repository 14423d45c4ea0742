"""Asks a study's exported model, through transformers, what the study asked it: python scripts/golden/check_export.py STUDY_DIR

Fails unless transformers loads the folder and gives every answer that the study recorded.
"""
import json
import os
import subprocess
import sys

study = sys.argv[1]
with open(os.path.join(study, 'study.json')) as file:
    document = json.load(file)
reader = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'read_export.py')
assert document['export']['verified'] and document['probes'], 'a verified export, and questions'
for probe in document['probes']:
    out = subprocess.run([sys.executable, reader, document['export']['dir'], probe['prompt']], check=True, capture_output=True, text=True).stdout
    answer = json.loads(out)['decoded'].strip()
    print(f"{probe['prompt']}\n  tune:         {probe['after']}\n  transformers: {answer}")
    assert answer == probe['after'], 'the same answer'
