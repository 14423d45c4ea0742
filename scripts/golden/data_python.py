"""Golden values for cells that Python printed lists into: python scripts/golden/data_python.py

Writes tests/golden/data-python.json: the text of each cell, and the value that Python printed.
"""
import json
import os

import numpy

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
TURNS = [{'role': 'user', 'content': "it's \"5\" o'clock\n\t\\ 几点？😀"}, {'role': 'assistant', 'content': None, 'seen': True, 'train': False}]
VALUES = [
    TURNS,
    [TURNS, TURNS],
    [],
    [[], {}, ()],
    ('a', ('b',), "c'd"),
    ['', "'", '"', '\\', "'\"", '\x00\x1b\x7f\x85\xa0\u2028', '\ud83d'],
    [{'a': 1, 'b': -2.5, 'c': 1e+30, 'd': 12345678901234567890, 'e': 1.0, 'f': [1, 2, [3]]}],
    [{1: 'one', 'two words': [None, True, False]}],
]
# What numpy and pandas print in place of lists, which Python itself cannot read.
ARRAYS = [
    (str(numpy.array(TURNS, dtype=object)), TURNS),
    (repr(numpy.array(TURNS, dtype=object)), TURNS),
    (str([numpy.array(['a b', 'c'], dtype=object)]), [['a b', 'c']]),
    (str(numpy.array(['a', "it's", 'c d'], dtype=object)), ['a', "it's", 'c d']),
    (str(numpy.array([1, 2, 3])), [1, 2, 3]),
]
# Written by hand; all are Python's notation.
BY_HAND = ["['a', 'b',]", '[u"a", r"\\n", b\'c\']', "['''a\nb''', \"\"\"c\"\"\"]", "[ 'a' , 1_000 , +3, .5, 2. ]", "['\\x41\\u0042\\U0001F600\\103\\\n']"]


def spelled(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {str(key): spelled(inner) for key, inner in value.items()}
    return [spelled(item) for item in value] if isinstance(value, (list, tuple)) else float(value)


def main():
    import ast
    cases = [(repr(value), value) for value in VALUES] + ARRAYS + [(text, ast.literal_eval(text)) for text in BY_HAND]
    with open(os.path.join(GOLDEN, 'data-python.json'), 'w') as file:
        json.dump({'from': f'Python ast, numpy {numpy.__version__}', 'cases': [{'text': text, 'value': spelled(value)} for text, value in cases]}, file, ensure_ascii=True, indent=1)
        file.write('\n')


main()
