"""Makes every golden value again and holds it against the committed one: python scripts/golden/check.py

Numbers may differ by 1e-6, relatively or absolutely (other machines, other versions of a library), and by 2e-5 where a network was computed in single precision, whose
sums another processor adds in another order; everything else must be equal. A file that no script makes again is an error.
"""
import json
import math
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
# Script -> its file, for those that print; the others write their files themselves.
PRINTS = {
    'cma_es.py': 'cma-es.json', 'gp.py': 'gp.json', 'halton.py': 'halton.json', 'hypervolume.py': 'hypervolume.json', 'normal.py': 'normal.json',
    'parzen.py': 'parzen.json', 'pruners.py': 'pruners.json', 'sobol.py': 'sobol.json',
}
WRITES = [
    'llama.py', 'families.py', 'optimizers.py', 'lora.py', 'tokenizer.py', 'chat_templates.py', 'conversations.py', 'thousand_texts.py', 'safetensors_files.py', 'pebble_tokenizer.py', 'early_stopping.py',
    'data_encodings.py', 'data_python.py', 'data_json.py', 'data_csv.py', 'data_parquet.py',
    'own_head.py',
    'tokenizer_kinds.py',
]
SINGLE_PRECISION = {'families.json', 'own-head.json', 'llama-stories260k.json', 'llama-tiny.json', 'lora.json', 'optimizers.json'}
# What made a value is not the value.
PROVENANCE = {'from', 'madeBy', 'versions', 'version'}


def differences(old, new, at, tolerance):
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(set(old) | set(new)):
            if key not in PROVENANCE:
                yield from differences(old.get(key), new.get(key), f'{at}.{key}', tolerance)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new)):
            yield from differences(a, b, f'{at}[{i}]', tolerance)
    elif isinstance(old, float) and isinstance(new, (int, float)) or isinstance(new, float) and isinstance(old, (int, float)):
        if not math.isclose(old, new, rel_tol=tolerance, abs_tol=tolerance):
            yield f'{at}: {old} is now {new}'
    elif old != new:
        yield f'{at}: {str(old)[:80]} is now {str(new)[:80]}'


def main():
    committed = {name: open(os.path.join(GOLDEN, name)).read() for name in os.listdir(GOLDEN) if name.endswith('.json')}
    wrong = []
    try:
        made = {}
        for script, name in PRINTS.items():
            made[name] = subprocess.run([sys.executable, os.path.join(HERE, script)], check=True, capture_output=True, text=True).stdout
        began = time.time()
        for script in WRITES:
            subprocess.run([sys.executable, os.path.join(HERE, script)], check=True)
        for name in committed:
            path = os.path.join(GOLDEN, name)
            if name not in made and os.path.getmtime(path) < began - 1:
                wrong.append(f'{name}: no script has made it again')
                continue
            new = made.get(name) or open(path).read()
            found = list(differences(json.loads(committed[name]), json.loads(new), name, 2e-5 if name in SINGLE_PRECISION else 1e-6))
            print(f'{name}: {"equal" if not found else f"{len(found)} differences"}')
            wrong += found
    finally:
        for name, text in committed.items():
            with open(os.path.join(GOLDEN, name), 'w') as file:
                file.write(text)
    for line in wrong[:40]:
        print(line)
    sys.exit(1 if wrong else 0)


main()
