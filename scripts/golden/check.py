"""Makes every golden value again and holds it against the committed one: python scripts/golden/check.py

Numbers may differ by 1e-6 relatively or absolutely (other machines, other versions of a library); everything else must be equal.
"""
import json
import math
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
# Script -> its file, for those that print; the others write their files themselves.
PRINTS = {'gp.py': 'gp.json', 'halton.py': 'halton.json', 'normal.py': 'normal.json', 'parzen.py': 'parzen.json', 'sobol.py': 'sobol.json'}
WRITES = ['llama.py', 'families.py', 'optimizers.py', 'lora.py', 'tokenizer.py', 'chat_templates.py', 'thousand_texts.py', 'safetensors_files.py', 'pebble_tokenizer.py']
# What made a value is not the value.
PROVENANCE = {'from', 'madeBy', 'versions', 'version'}


def differences(old, new, at=''):
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(set(old) | set(new)):
            if key not in PROVENANCE:
                yield from differences(old.get(key), new.get(key), f'{at}.{key}')
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new)):
            yield from differences(a, b, f'{at}[{i}]')
    elif isinstance(old, float) and isinstance(new, (int, float)) or isinstance(new, float) and isinstance(old, (int, float)):
        if not math.isclose(old, new, rel_tol=1e-6, abs_tol=1e-6):
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
        for script in WRITES:
            subprocess.run([sys.executable, os.path.join(HERE, script)], check=True)
        for name in committed:
            new = made.get(name) or open(os.path.join(GOLDEN, name)).read()
            found = list(differences(json.loads(committed[name]), json.loads(new), name))
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
