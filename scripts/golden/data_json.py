"""Golden values for JSON data sets, from Python's json and pandas: python scripts/golden/data_json.py

Writes tests/golden/data-json.json: texts of data files, and the rows in them. A number is the text that the file has for it.
"""
import io
import json
import os

import pandas

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
ROWS = [{'prompt': f'How deep is lock {i}?', 'answer': f'Lock {i} is {i + 2} metres deep.'} for i in range(3)]


def spelled(text):
    """Numbers as texts, so that their spelling is compared."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def table(orient):
    text = pandas.DataFrame(ROWS).to_json(orient=orient)
    return text, json.loads(pandas.read_json(io.StringIO(text), orient=orient).to_json(orient='records'))


def numbers(*words):
    text = '\n'.join(f'{{"prompt": "n", "answer": {word}, "deep": {{"list": [{word}]}}}}' for word in words)
    return text, [spelled(line) for line in text.split('\n')]


def batch(count):
    lists = [{name: [row[name] for row in ROWS[:count]] for name in ('prompt', 'answer')} for _ in range(2)]
    rows = [dict(zip(one, cells)) for one in lists for cells in zip(*one.values())]
    return '\n'.join(json.dumps(one) for one in lists), rows


def lines(rows, mark=lambda i: ''):
    return '\n'.join(mark(i) + json.dumps(row) for i, row in enumerate(rows))


CASES = {
    **{f'table by {orient}.json': table(orient) for orient in ('columns', 'index', 'split', 'records', 'table')},
    'numbers.jsonl': numbers('12.0', '0.10', '1e4', '1E+4', '-0', '-0.0', '110101199003074518', '20240615000123456789', '7', '0.1', '1e-7', '123456789012345'),
    'not finite.jsonl': ('\n'.join(f'{{"prompt": "p", "answer": "a", "score": {word}}}' for word in ('NaN', 'Infinity', '-Infinity')),
                         [{'prompt': 'p', 'answer': 'a', 'score': word} for word in ('NaN', 'Infinity', '-Infinity')]),
    'not finite in a list.json': ('[{"prompt": "NaN", "answer": "a NaN", "score": NaN},\n {"prompt": "p", "answer": "\\"NaN\\"", "score": [1, Infinity]}]',
                                  spelled('[{"prompt": "NaN", "answer": "a NaN", "score": NaN}, {"prompt": "p", "answer": "\\"NaN\\"", "score": [1, Infinity]}]')),
    'batches.jsonl': batch(2),
    'batches of one.jsonl': batch(1),
    'one batch.json': (json.dumps({name: [row[name] for row in ROWS] for name in ('prompt', 'answer')}), ROWS),
    'joined, with byte order marks.jsonl': (lines(ROWS, lambda i: '\ufeff' if i != 1 else ''), ROWS),
    'splits as keys.json': (json.dumps({'test': ROWS[:1], 'train': ROWS[1:]}), ROWS[1:]),
    'a question with documents.json': (json.dumps({**ROWS[0], 'documents': [{'title': 'a'}, {'title': 'b'}]}), [{**ROWS[0], 'documents': [{'title': 'a'}, {'title': 'b'}]}]),
    **{f'one conversation under {name}.json': (json.dumps(one), [one])
       for name in ('messages', 'dialogue', 'turns', 'chat')
       for one in [{'id': '1', name: [{'role': 'user', 'content': 'a'}, {'role': 'assistant', 'content': 'b'}]}]},
    'escaped quotes and braces.jsonl': (lines([{'prompt': 'a "12.0" b', 'answer': '{"x": 1e4, "y": [0.50]}'}, {'prompt': '\\', 'answer': '\\" 1.0'}]),
                                        [{'prompt': 'a "12.0" b', 'answer': '{"x": 1e4, "y": [0.50]}'}, {'prompt': '\\', 'answer': '\\" 1.0'}]),
}


def main():
    # spelled() of the rows themselves, which hold texts alone, changes nothing.
    cases = [{'file': name, 'text': text, 'rows': rows} for name, (text, rows) in CASES.items()]
    with open(os.path.join(GOLDEN, 'data-json.json'), 'w') as file:
        json.dump({'from': f'Python json, pandas {pandas.__version__}', 'cases': cases}, file, ensure_ascii=True, indent=1)
        file.write('\n')


main()
