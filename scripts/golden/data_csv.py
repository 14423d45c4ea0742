"""Golden values for CSV data sets, from Python's csv and pandas: python scripts/golden/data_csv.py

Writes tests/golden/data-csv.json: texts of data files, and the rows in them; `tool` says which tool read them, where the two disagree or one needs an option.
"""
import csv
import io
import json
import os

import pandas

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')


def by_csv(text, **options):
    return list(csv.DictReader(io.StringIO(text, newline=''), **options))


def by_pandas(text, **options):
    return pandas.read_csv(io.StringIO(text, newline=''), dtype=str, keep_default_na=False, **options).to_dict('records')


HEAD = 'question,answer\n'
CASES = {
    'a quote inside a cell': HEAD + 'How wide is a 5" rope?,About 13 cm\nWhat did he say?,He said "cast off" and left\n',
    'one quote at the end of a cell': HEAD + 'How long is 3\'6"?,42"\nAnd 5"?,"60"""\n',
    'quotes only, doubled': HEAD + '"""a""","b ""c"" d"\n"x, ""y"" z","1,""2"",3"\n',
    'line breaks in cells': HEAD + '"a\nb","c\r\nd"\ne,f\n',
    'empty cells and words of pandas': HEAD + 'NA,null\nNone,nan\n007,1e3\n',
    'quotes at the end of a file without a line break': HEAD + 'a,"b"',
    'CRLF': 'question,answer\r\na,b\r\n"c\r\nd",e\r\n',
    'spaces around cells': HEAD + ' a , b \n  c,d  \n',
    'a byte order mark': '\ufeffquestion,answer\na,b\n',
    'tabs': 'question\tanswer\na, with comma\tb; with semicolon\n',
    'bars': 'question|answer\na, with comma|b; with semicolon\n',
    'an apostrophe at the start': HEAD + "'tis,'twas\n",
    'Chinese': '问题,答案\n几号泊位？,“三号”泊位\n',
}
OPTIONS = {'tabs': {'delimiter': '\t'}, 'bars': {'delimiter': '|'}}
# What one tool reads with an option that the file calls for.
SPECIAL = {
    'what Excel writes for the separator': ('sep=;\nquestion;answer\na;b, c\n', lambda text: by_csv(text.split('\n', 1)[1], delimiter=';')),
    'semicolons': ('question;answer\na, with comma;b\n', lambda text: by_csv(text, delimiter=';')),
    'quotes behind backslashes': (HEAD + 'a,"He said \\"cast off\\" and left"\nb,"c \\\\ d"\n', lambda text: by_pandas(text, escapechar='\\', doublequote=False)),
}


def main():
    cases = []
    for name, text in CASES.items():
        options = OPTIONS.get(name, {})
        mine, theirs = by_csv(text.lstrip('\ufeff'), **options), by_pandas(text, sep=options.get('delimiter', ','))
        assert mine == theirs, (name, mine, theirs)
        cases.append({'name': name, 'text': text, 'rows': mine})
    cases += [{'name': name, 'text': text, 'rows': read(text)} for name, (text, read) in SPECIAL.items()]
    with open(os.path.join(GOLDEN, 'data-csv.json'), 'w') as file:
        json.dump({'from': f'Python csv, pandas {pandas.__version__}', 'cases': cases}, file, ensure_ascii=True, indent=1)
        file.write('\n')


main()
