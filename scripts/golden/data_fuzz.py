"""Data files as people have them, and what outside tools read in them: python scripts/golden/data_fuzz.py FOLDER

Writes the files and FOLDER/expected.json: for each its rows, or null where no outside tool reads it as rows. scripts/check-fuzz.mjs compares.
Not a golden value: the files of writers differ between their versions, and are made anew for each comparison.
"""
import csv
import datetime
import decimal
import gzip
import io
import json
import os
import sys
import xml.etree.ElementTree as tree

import datasets
import duckdb
import fastparquet
import pandas
import polars
import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.orc
import pyarrow.parquet as parquet

FOLDER = sys.argv[1]
EXPECTED = {}
WORDS = ['berth', '泊位', 'quay "A"', "O'Brien's", 'a, b; c', 'tab\there', 'línea', '😀 flag', '\\path\\n', '5" rope', '#1', '= 3', '0012', 'NA', '1e5', ' padded ', '<b>&amp;', 'two\nlines', '{"a": 1}', '[1, 2]']


def rows(count=6, skip=()):
    words = [word for word in WORDS if not any(each in word for each in skip)]
    return [{'question': f'{i}: {words[i % len(words)]}?', 'answer': f'{words[(7 * i + 3) % len(words)]} {i}'} for i in range(count)]


def put(name, content, right):
    path = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if content is not None:
        with open(path, 'wb') as file:
            file.write(content.encode() if isinstance(content, str) else content)
    EXPECTED[name] = right if right is None else json.loads(json.dumps(right, default=text_of), parse_int=str, parse_float=str, parse_constant=str)


def text_of(value):
    if isinstance(value, datetime.datetime):
        return {'time': value.isoformat()}
    if isinstance(value, (datetime.date, datetime.time)):
        return {'time': value.isoformat()}
    if isinstance(value, bytes):
        return {'bytes': value.decode('latin1')}
    return str(value)


def spelled(text):
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def lines(values, end='\n', **options):
    return ''.join(json.dumps(value, ensure_ascii=False, **options) + end for value in values)


def json_files():
    many = rows(20)
    put('json/plain.jsonl', lines(many), many)
    put('json/ascii.jsonl', '\n'.join(json.dumps(row) for row in many), many)
    put('json/crlf.jsonl', lines(many, '\r\n'), many)
    put('json/cr.jsonl', lines(many, '\r'), many)
    put('json/blank-lines.jsonl', '\n\n' + lines(many, '\n \n\t\n'), many)
    put('json/mark.jsonl', '\ufeff' + lines(many), many)
    put('json/gzip.jsonl.gz', gzip.compress(lines(many).encode()), many)
    put('json/indent.json', json.dumps(many, indent=4, ensure_ascii=False), many)
    put('json/indent.jsonl', json.dumps(many, indent=2), many)
    put('json/list-a-line.json', '[\n' + ',\n'.join(json.dumps(row) for row in many) + '\n]\n', many)
    put('json/lines.json', lines(many), many)
    put('json/one-line-list.jsonl', json.dumps(many) + '\n', many)
    put('json/no-ending', lines(many), many)
    put('json/lines.txt', lines(many), many)
    put('json/concatenated.json', ''.join(json.dumps(row) for row in many), many)
    put('json/concatenated-indent.json', '\n'.join(json.dumps(row, indent=2) for row in many), many)
    put('json/record-separators.json', ''.join('\x1e' + json.dumps(row) + '\n' for row in many), many)
    put('json/commas-behind-lines.jsonl', lines(many, ',\n'), many)
    put('json/lists-a-line.jsonl', lines([many[:10], many[10:]]), many)
    turns = [[{'role': 'user', 'content': row['question']}, {'role': 'assistant', 'content': row['answer']}] for row in many]
    put('json/conversation-a-line.jsonl', lines(turns), [{'messages': one} for one in turns])
    put('json/conversations.json', json.dumps(turns), [{'messages': one} for one in turns])
    put('json/one-conversation.json', json.dumps(turns[0]), [{'messages': turns[0]}])
    put('json/message-a-line.jsonl', lines(turns[0] + turns[1]), None)
    put('json/line-separator.jsonl', lines([{'question': 'a\u2028b', 'answer': 'c\u0085d'}] + many), [{'question': 'a\u2028b', 'answer': 'c\u0085d'}] + many)
    put('json/zero-escape.jsonl', '\n'.join(json.dumps({'question': f'a\x00{i}', 'answer': 'b'}) for i in range(3)), [{'question': f'a\x00{i}', 'answer': 'b'} for i in range(3)])
    twice = ['{"question": "a%d", "answer": "no", "answer": "yes"}' % i for i in range(3)]
    put('json/key-twice.jsonl', '\n'.join(twice), [json.loads(line) for line in twice])
    proto = ['{"question": "a%d", "answer": "b", "__proto__": {"x": 1}, "constructor": "c"}' % i for i in range(3)]
    put('json/proto.jsonl', '\n'.join(proto), [spelled(line) for line in proto])
    numbers = ['{"question": "n%d", "answer": %s, "tools": [{"x": %s}]}' % (i, word, word) for i, word in enumerate(['12.50', '1E3', '-0.0', '9007199254740993', '0.1e-5', '123456789012345678901234567890', '1.0', '-12e+2'])]
    put('json/numbers.jsonl', '\n'.join(numbers), [spelled(line) for line in numbers])
    odd = ['{"question": "n%d", "answer": "b", "score": %s}' % (i, word) for i, word in enumerate(['NaN', '-Infinity', 'Infinity', '[NaN, {"a": -Infinity}]'])]
    put('json/not-finite.json', '[' + ',\n'.join(odd) + ']', [spelled(line) for line in odd])
    put('json/long.jsonl', lines([{'question': 'q' * 300_000, 'answer': 'a' * 2_000_000}] * 2 + many), [{'question': 'q' * 300_000, 'answer': 'a' * 2_000_000}] * 2 + many)
    deep = {'question': 'deep', 'answer': 'b', 'meta': json.loads('[' * 300 + ']' * 300)}
    put('json/deep.jsonl', lines([deep] * 3), [deep] * 3)
    for name, orient in [('columns', 'columns'), ('index', 'index'), ('split', 'split'), ('records', 'records'), ('table', 'table'), ('values', 'values')]:
        text = pandas.DataFrame(many).to_json(orient=orient)
        put(f'json/orient-{name}.json', text, None if orient == 'values' else [{**({'index': i} if orient == 'table' else {}), **row} for i, row in enumerate(many)])
    numbered = pandas.DataFrame(many, index=[f'r{i}' for i in range(20)])
    put('json/orient-columns-named.json', numbered.to_json(), many)
    put('json/orient-index-named.json', numbered.to_json(orient='index'), many)
    put('json/orient-tight.json', json.dumps(pandas.DataFrame(many).to_dict(orient='tight')), many)
    put('json/lists.json', json.dumps(pandas.DataFrame(many).to_dict(orient='list')), many)
    put('json/keyed.json', json.dumps({'train': many, 'test': many[:2]}), many)
    put('json/keyed-other.json', json.dumps({'version': '1', 'meta': {'by': 'x'}, 'questions_and_answers': many}), many)
    put('json/keyed-lists.json', json.dumps({'train': pandas.DataFrame(many).to_dict(orient='list'), 'test': pandas.DataFrame(many[:2]).to_dict(orient='list')}), many)
    put('json/keyed-deep.json', json.dumps({'data': {'train': many, 'validation': many[:2]}}), many)
    put('json/train-suffix.json', json.dumps({'train_sft': many, 'train_gen': many[:3]}), None)
    squad = {'version': '1.1', 'data': [{'title': 't', 'paragraphs': [{'context': 'c', 'qas': [{'question': row['question'], 'answers': [{'text': row['answer']}]} for row in many]}]}]}
    put('json/squad.json', json.dumps(squad), None)
    for name, text in {
        'trailing-comma': '[' + ',\n'.join(json.dumps(row) for row in many) + ',]',
        'comments': '// made by hand\n' + json.dumps(many),
        'single-quotes': '\n'.join(repr(row) for row in many),
        'cut-off': lines(many)[:-20],
        'control-character': '{"question": "a\x01b", "answer": "c"}\n' + lines(many),
        'raw-line-break': '{"question": "a\nb", "answer": "c"}\n' + lines(many),
        'unquoted-keys': '{question: "a", answer: "b"}\n{question: "c", answer: "d"}\n',
    }.items():
        put(f'json/bad-{name}.jsonl', text, None)


def encodings():
    han = [{'question': f'第{i}号泊位在哪里？', 'answer': f'在码头的第{i}段，靠近灯塔。'} for i in range(6)]
    texts = {
        'gb18030': han, 'gbk': han, 'utf-16': han, 'utf-16-le': han, 'utf-16-be': han, 'utf-32': han, 'utf-32-le': han, 'utf-32-be': han, 'utf-8-sig': han, 'utf-7': han,
        'big5': [{'question': f'第{i}號泊位在哪裡？', 'answer': f'在碼頭的第{i}段'} for i in range(6)],
        'shift_jis': [{'question': f'第{i}バースはどこですか', 'answer': f'灯台のそばの{i}番です'} for i in range(6)],
        'euc_jp': [{'question': f'第{i}バースはどこですか', 'answer': f'灯台のそばの{i}番です'} for i in range(6)],
        'iso2022_jp': [{'question': f'第{i}バースはどこですか', 'answer': f'灯台のそばの{i}番です'} for i in range(6)],
        'euc_kr': [{'question': f'{i}번 선석은 어디입니까', 'answer': f'등대 옆 {i}번입니다'} for i in range(6)],
        'cp1252': [{'question': f'Où est le quai {i} – “ici”?', 'answer': f'Près du phare nº {i}, à côté du café'} for i in range(6)],
        'iso8859_2': [{'question': f'Gdzie jest nabrzeże {i}?', 'answer': f'Obok latarni, późną nocą {i}'} for i in range(6)],
        'cp1251': [{'question': f'Где причал {i}?', 'answer': f'Рядом с маяком {i}'} for i in range(6)],
        'koi8_r': [{'question': f'Где причал {i}?', 'answer': f'Рядом с маяком {i}'} for i in range(6)],
    }
    for name, values in texts.items():
        right = values if name == 'utf-8-sig' else None
        put(f'encoding/{name}.jsonl', lines(values).encode(name), right)
        put(f'encoding/{name}.csv', table_text(values).encode(name), right)
        put(f'encoding/{name}.txt', '\n\n'.join(row['answer'] for row in values).encode(name), [{'text': row['answer']} for row in values] if right else None)
        root = tree.Element('rows')
        for row in values:
            item = tree.SubElement(root, 'row')
            for key, value in row.items():
                tree.SubElement(item, key).text = value
        if name not in ('utf-32', 'utf-32-le', 'utf-32-be', 'utf-7', 'utf-8-sig', 'iso2022_jp'):
            mark = {'utf-16-le': b'\xff\xfe', 'utf-16-be': b'\xfe\xff'}.get(name, b'')
            label = {'utf-16-le': 'utf-16', 'utf-16-be': 'utf-16', 'shift_jis': 'Shift_JIS', 'euc_kr': 'EUC-KR', 'euc_jp': 'EUC-JP', 'cp1252': 'windows-1252', 'cp1251': 'windows-1251', 'koi8_r': 'KOI8-R', 'iso8859_2': 'ISO-8859-2'}.get(name, name)
            text = f'<?xml version="1.0" encoding="{label}"?>\n' + tree.tostring(root, 'unicode')
            # Each row again by Python's parser, which reads some of these encodings.
            put(f'encoding/{name}.xml', mark + text.encode(name), [{key: value for key, value in row.items()} for row in values])


def table_text(values, header=None, **options):
    out = io.StringIO(newline='')
    writer = csv.DictWriter(out, header or list(values[0]), **options)
    writer.writeheader()
    writer.writerows(values)
    return out.getvalue()


def by_csv(text, **options):
    return list(csv.DictReader(io.StringIO(text, newline=''), **options))


def csv_files():
    many = rows(20)
    for name, options in {
        'excel': {}, 'unix': {'dialect': 'unix'}, 'tab': {'dialect': 'excel-tab'}, 'semicolon': {'delimiter': ';'}, 'bar': {'delimiter': '|'}, 'all-quoted': {'quoting': csv.QUOTE_ALL},
        'lf': {'lineterminator': '\n'}, 'nonnumeric': {'quoting': csv.QUOTE_NONNUMERIC, 'lineterminator': '\n'},
    }.items():
        text = table_text(many, **options)
        read = {key: value for key, value in options.items() if key in ('delimiter', 'dialect')}
        put(f'csv/{name}.csv', text, by_csv(text, **read))
    old = rows(20, skip=('\n',))
    text = table_text(old, lineterminator='\r')
    put('csv/cr.csv', text, by_csv(text))
    text = table_text(many, doublequote=False, escapechar='\\', quoting=csv.QUOTE_ALL)
    put('csv/escaped.csv', text, by_csv(text, doublequote=False, escapechar='\\'))
    put('csv/index.csv', pandas.DataFrame(many).to_csv(), by_csv(pandas.DataFrame(many).to_csv()))
    put('csv/polars.csv', polars.DataFrame(many).write_csv(), many)
    path = os.path.join(FOLDER, 'csv/duckdb.csv')
    frame = pandas.DataFrame(many)
    by_duckdb(path, frame, 'format csv, header')
    put('csv/duckdb.csv', None, many)
    path = os.path.join(FOLDER, 'csv/duckdb.tsv')
    by_duckdb(path, frame, "format csv, header, delimiter '\t'")
    put('csv/duckdb.tsv', None, many)
    put('csv/sep-tab.csv', 'sep=\t\n' + table_text(many, delimiter='\t'), many)
    put('csv/sep-crlf.csv', '\ufeffsep=;\r\n' + table_text(many, delimiter=';'), many)
    put('csv/spaces-in-header.csv', table_text(many).replace('question,answer', ' question , answer '), many)
    put('csv/comment-lines.csv', '# exported 2026\n' + table_text(many), None)
    put('csv/title-line.csv', 'My questions,\n' + table_text(many), None)
    put('csv/blank-first.csv', '\n\n' + table_text(many), many)
    put('csv/quotes-behind-space.csv', 'question, answer\n"a, b", "c, d"\n"e", "f"\n', [{'question': 'a, b', 'answer': ' "c, d"'}, {'question': 'e', 'answer': ' "f"'}])
    put('csv/trailing-separator.csv', 'question,answer,\n' + ''.join(f'q{i},a{i},\n' for i in range(5)), [{'question': f'q{i}', 'answer': f'a{i}', '': ''} for i in range(5)])
    put('csv/ragged.csv', 'question,answer\n' + ''.join(f'q{i},a{i}{",more" if i == 2 else ""}\n' for i in range(5)), [{'question': f'q{i}', 'answer': f'a{i}'} for i in range(5)])
    put('csv/one-column.csv', 'text\nfirst\n"second, with comma"\nthird\n', [{'text': 'first'}, {'text': 'second, with comma'}, {'text': 'third'}])
    put('csv/quote-in-cell.csv', 'question,answer\n' + ''.join(f'Is {i}" wide?,It is {i}" "more" or less\n' for i in range(5)), by_csv('question,answer\n' + ''.join(f'Is {i}" wide?,It is {i}" "more" or less\n' for i in range(5))))
    put('csv/zero-byte.csv', 'question,answer\na,b\x00\nc,d\n', None)
    put('csv/separator-in-quoted-header.csv', '"question";"the answer, in full"\n"a";"b, c"\n"d";"e"\n', [{'question': 'a', 'the answer, in full': 'b, c'}, {'question': 'd', 'the answer, in full': 'e'}])
    put('csv/decimal-commas.csv', 'question;answer\nHow deep, in m?;3,5\nHow wide, in m?;12,25\n', by_csv('question;answer\nHow deep, in m?;3,5\nHow wide, in m?;12,25\n', delimiter=';'))
    put('csv/unclosed.csv', 'question,answer\na,b\nc,"d\ne,f\n' + 'g,h\n' * 5, None)
    put('csv/colon.csv', ''.join(f'{row["question"]}:{row["answer"]}\n' for row in [{'question': 'question', 'answer': 'answer'}, {'question': 'a', 'answer': 'b'}]), None)
    said = [{'messages': [{'role': 'user', 'content': f'it\'s {i} "x"'}, {'role': 'assistant', 'content': f'yes\n{i}'}]} for i in range(4)]
    put('csv/json-cells.csv', table_text([{'messages': json.dumps(row['messages'])} for row in said]), [{'messages': json.dumps(row['messages'])} for row in said])
    put('csv/gzip.csv.gz', gzip.compress(table_text(many).encode()), many)


def xml_files():
    many = rows(12, skip=('padded', '\n'))
    frame = pandas.DataFrame(many)
    put('xml/pandas.xml', frame.to_xml(index=False, parser='etree'), many)
    put('xml/pandas-index.xml', frame.to_xml(parser='etree'), [{'index': str(i), **row} for i, row in enumerate(many)])
    attributes = frame.to_xml(index=False, parser='etree', attr_cols=['question', 'answer'])
    put('xml/pandas-attributes.xml', attributes, pandas.read_xml(io.StringIO(attributes), parser='etree', dtype=str).to_dict('records'))
    put('xml/pandas-namespace.xml', frame.to_xml(index=False, parser='etree', namespaces={'p': 'urn:x'}, prefix='p'), many)
    body = ''.join(f'<row><question><![CDATA[{row["question"]}]]></question><answer><![CDATA[{row["answer"]}]]></answer></row>' for row in many)
    put('xml/cdata.xml', f'<?xml version="1.0"?><rows>{body}</rows>', many)
    put('xml/references.xml', '<rows>' + ''.join(f'<row><question>&#x6CCA;&#20301; {i} &lt;&amp;&gt;</question><answer>&quot;a&apos; {i}</answer></row>' for i in range(3)) + '</rows>', [{'question': f'泊位 {i} <&>', 'answer': f'"a\' {i}'} for i in range(3)])
    put('xml/comments.xml', '<!-- x --><?pi y?><rows><!-- a --><row><question>a<!-- no -->b</question><answer>c<?x y?>d</answer></row><row><question>e</question><answer>f</answer></row></rows>', [{'question': 'ab', 'answer': 'cd'}, {'question': 'e', 'answer': 'f'}])
    put('xml/doctype.xml', '<!DOCTYPE rows SYSTEM "rows.dtd"><rows><row><question>a</question><answer>b</answer></row><row><question>c</question><answer>d</answer></row></rows>', [{'question': 'a', 'answer': 'b'}, {'question': 'c', 'answer': 'd'}])
    put('xml/bomb.xml', '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><rows><row><question>&b;</question><answer>x</answer></row></rows>', None)
    put('xml/outside.xml', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rows><row><question>q</question><answer>&x;</answer></row></rows>', None)
    put('xml/mixed.xml', '<rows>' + ''.join(f'<row><question>Where is <b>berth {i}</b> today?</question><answer>Go to <i>pier {i}</i>, then <b>left</b>.</answer></row>' for i in range(3)) + '</rows>', [{'question': f'Where is berth {i} today?', 'answer': f'Go to pier {i}, then left.'} for i in range(3)])
    put('xml/mixed-own-names.xml', '<rows>' + ''.join(f'<row><question>Where is <term>berth {i}</term> today?</question><answer>Go to <place>pier {i}</place>, then <dir>left</dir>.</answer></row>' for i in range(3)) + '</rows>', [{'question': f'Where is berth {i} today?', 'answer': f'Go to pier {i}, then left.'} for i in range(3)])
    put('xml/empty-elements.xml', '<rows>' + ''.join(f'<row><id/><question>a{i}</question><answer>b{i}</answer><note></note></row>' for i in range(3)) + '</rows>', [{'id': '', 'question': f'a{i}', 'answer': f'b{i}', 'note': ''} for i in range(3)])
    put('xml/indented-text.xml', '<rows>' + ''.join(f'\n  <row>\n    <question>\n      a{i}\n    </question>\n    <answer>b{i}</answer>\n  </row>' for i in range(3)) + '\n</rows>', [{'question': f'\n      a{i}\n    ', 'answer': f'b{i}'} for i in range(3)])
    put('xml/unclosed.xml', '<rows><row><question>a</question><answer>b</answer></row><row><question>c', None)
    put('xml/html-entity.xml', '<rows><row><question>a&nbsp;b</question><answer>c</answer></row></rows>', None)
    put('xml/mark.xml', '\ufeff<?xml version="1.0" encoding="UTF-8"?><rows><row><question>a</question><answer>b</answer></row><row><question>c</question><answer>d</answer></row></rows>', [{'question': 'a', 'answer': 'b'}, {'question': 'c', 'answer': 'd'}])
    put('xml/turns.xml', '<chats>' + ''.join(f'<chat><messages><message role="user">q{i}</message><message role="assistant">a{i}</message></messages></chat>' for i in range(3)) + '</chats>', [{'messages': [{'role': 'user', 'content': f'q{i}'}, {'role': 'assistant', 'content': f'a{i}'}]} for i in range(3)])


def typed(count):
    day = datetime.date(2024, 2, 29)
    moment = datetime.datetime(2024, 6, 15, 12, 30, 15, 123456)
    columns = {
        'question': pyarrow.array([f'q{i} {WORDS[i % len(WORDS)]}' for i in range(count)]),
        'answer': pyarrow.array([None if i % 5 == 4 else WORDS[i % 7] for i in range(count)]),
        'big': pyarrow.array([2 ** 53 + i for i in range(count)], pyarrow.int64()),
        'unsigned': pyarrow.array([2 ** 64 - 1 - i for i in range(count)], pyarrow.uint64()),
        'small': pyarrow.array([i % 100 - 50 for i in range(count)], pyarrow.int8()),
        'real': pyarrow.array([i / 8 for i in range(count)]),
        'single': pyarrow.array([i / 8 for i in range(count)], pyarrow.float32()),
        'flag': pyarrow.array([None if i % 11 == 0 else i % 3 == 0 for i in range(count)]),
        'price': pyarrow.array([decimal.Decimal(f'{i}.{i % 100:02d}') for i in range(count)], pyarrow.decimal128(12, 2)),
        'day': pyarrow.array([day + datetime.timedelta(i) for i in range(count)]),
        'moment': pyarrow.array([moment + datetime.timedelta(seconds=i) for i in range(count)], pyarrow.timestamp('us')),
        'kind': pyarrow.array([f'k{i % 3}' for i in range(count)]).dictionary_encode(),
        'tags': pyarrow.array([[f't{j}' for j in range(i % 4)] if i % 6 else None for i in range(count)]),
        'turns': pyarrow.array([[{'role': 'user', 'content': f'q{i}', 'name': None}, {'role': 'assistant', 'content': None if i % 4 == 3 else f'a{i}', 'name': 'x'}] for i in range(count)]),
        'nested': pyarrow.array([{'a': {'b': [[i, i + 1], []]}, 'c': None} for i in range(count)], pyarrow.struct([('a', pyarrow.struct([('b', pyarrow.list_(pyarrow.list_(pyarrow.int32())))])), ('c', pyarrow.string())])),
        'nothing': pyarrow.nulls(count),
    }
    return pyarrow.table(columns)


def by_duckdb(path, table, options):
    connection = duckdb.connect()
    connection.register('given', table)
    connection.execute(f"copy (select * from given) to '{path}' ({options})")


def parquet_file(name, write, rows=None):
    path = os.path.join(FOLDER, 'parquet', f'{name}.parquet')
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write(path)
    put(f'parquet/{name}.parquet', None, parquet.read_table(path).to_pylist() if rows is None else rows)


def parquet_files():
    full = typed(300)
    for codec in ('none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'):
        parquet_file(f'pyarrow-{codec}', lambda path: parquet.write_table(full, path, compression=codec))
    parquet_file('pyarrow-v2', lambda path: parquet.write_table(full, path, data_page_version='2.0', version='2.6'))
    parquet_file('pyarrow-v1.0', lambda path: parquet.write_table(full.drop_columns(['unsigned']), path, version='1.0'))
    parquet_file('pyarrow-plain', lambda path: parquet.write_table(full, path, use_dictionary=False))
    parquet_file('pyarrow-pages', lambda path: parquet.write_table(full, path, data_page_size=100, write_page_index=True, write_page_checksum=True, row_group_size=77))
    parquet_file('pyarrow-int96', lambda path: parquet.write_table(full, path, use_deprecated_int96_timestamps=True))
    parquet_file('pyarrow-decimals', lambda path: parquet.write_table(full, path, store_decimal_as_integer=True))
    plain = full.select(['question', 'answer', 'big', 'real'])
    parquet_file('pyarrow-delta', lambda path: parquet.write_table(plain, path, use_dictionary=False, column_encoding={'question': 'DELTA_BYTE_ARRAY', 'answer': 'DELTA_LENGTH_BYTE_ARRAY', 'big': 'DELTA_BINARY_PACKED', 'real': 'BYTE_STREAM_SPLIT'}))
    odd = pyarrow.table({
        'question': pyarrow.array([f'q{i}' for i in range(40)], pyarrow.large_string()), 'answer': pyarrow.array([f'a{i}'.encode() for i in range(40)]),
        'map': pyarrow.array([[(f'k{j}', j) for j in range(i % 3)] for i in range(40)], pyarrow.map_(pyarrow.string(), pyarrow.int64())),
        'large': pyarrow.array([[f'{i}'] * (i % 3) for i in range(40)], pyarrow.large_list(pyarrow.string())), 'half': pyarrow.array([i / 4 for i in range(40)], pyarrow.float16()),
        'clock': pyarrow.array([datetime.time(1, 2, i) for i in range(40)]), 'zoned': pyarrow.array([datetime.datetime(2024, 1, 1, i % 24, tzinfo=datetime.timezone.utc) for i in range(40)], pyarrow.timestamp('ms', 'UTC')),
        'fixed': pyarrow.array([bytes([97 + i % 26] * 4) for i in range(40)], pyarrow.binary(4)), 'moment': pyarrow.array([datetime.datetime(2024, 1, 1, i % 24) for i in range(40)], pyarrow.timestamp('ns')),
    })
    parquet_file('pyarrow-odd-types', lambda path: parquet.write_table(odd, path))
    parquet_file('no-rows', lambda path: parquet.write_table(full.slice(0, 0), path))
    frame = plain.to_pandas()
    parquet_file('pandas-index', lambda path: frame.set_index(pandas.Index([f'i{i}' for i in range(300)])).to_parquet(path))
    for codec in ('SNAPPY', 'GZIP', 'ZSTD', 'UNCOMPRESSED', 'LZ4', 'BROTLI'):
        parquet_file(f'fastparquet-{codec.lower()}', lambda path: fastparquet.write(path, frame, compression=codec))
    parquet_file('fastparquet-groups', lambda path: fastparquet.write(path, frame, row_group_offsets=50))
    for codec in ('uncompressed', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli'):
        parquet_file(f'polars-{codec}', lambda path: polars.from_arrow(full.drop_columns(['nothing'])).write_parquet(path, compression=codec))
    for codec in ('uncompressed', 'snappy', 'gzip', 'zstd', 'lz4_raw', 'brotli'):
        parquet_file(f'duckdb-{codec}', lambda path: by_duckdb(path, full, f"format parquet, compression '{codec}'"))
    for count in (1, 3, 8, 9, 100, 256, 1000, 5000):
        some = typed(count)
        parquet_file(f'duckdb-{count}', lambda path: by_duckdb(path, some, f"format parquet, parquet_version 'v{1 + count % 2}'"))
    wide = pyarrow.table({f'c{i}': ['x'] for i in range(1200)})
    parquet_file('wide', lambda path: parquet.write_table(wide, path))


def others():
    full = typed(20).select(['question', 'answer'])
    target = os.path.join(FOLDER, 'other')
    os.makedirs(target, exist_ok=True)
    for name in ('stream.arrow', 'file.arrow', 'table.feather', 'table.orc', 'table.avro', 'table.pkl', 'table.h5', 'table.xlsx', 'table.npy', 'table.sqlite', 'table.bz2', 'table.xz', 'table.zst', 'table.tar', 'stream', 'table.msgpack'):
        EXPECTED[f'other/{name}'] = None
    for name in ('stream.arrow', 'stream'):
        with pyarrow.ipc.new_stream(os.path.join(target, name), full.schema) as writer:
            writer.write_table(full)
    with pyarrow.ipc.new_file(os.path.join(target, 'file.arrow'), full.schema) as writer:
        writer.write_table(full)
    pyarrow.feather.write_feather(full, os.path.join(target, 'table.feather'))
    pyarrow.orc.write_table(full, os.path.join(target, 'table.orc'))
    full.to_pandas().to_pickle(os.path.join(target, 'table.pkl'))
    import bz2
    import lzma
    import sqlite3
    import tarfile
    import zipfile

    import numpy
    polars.from_arrow(full).write_avro(os.path.join(target, 'table.avro'))
    numpy.save(os.path.join(target, 'table.npy'), full.to_pandas().to_numpy(), allow_pickle=True)
    with sqlite3.connect(os.path.join(target, 'table.sqlite')) as connection:
        full.to_pandas().to_sql('rows', connection)
    text = lines(rows()).encode()
    put('other/table.bz2', bz2.compress(text), None)
    put('other/table.xz', lzma.compress(text), None)
    put('other/table.zst', pyarrow.compress(text, codec='zstd', asbytes=True), None)
    put('other/table.h5', b'\x89HDF\r\n\x1a\n' + bytes(200), None)
    put('other/table.msgpack', b'\x96' + b'\x82\xa8question\xa1a\xa6answer\xa1b' * 6, None)
    with zipfile.ZipFile(os.path.join(target, 'table.xlsx'), 'w') as archive:
        archive.writestr('xl/workbook.xml', '<workbook/>')
    with tarfile.open(os.path.join(target, 'table.tar'), 'w') as archive:
        entry = tarfile.TarInfo('a.jsonl')
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))
    pointer = b'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n'
    for ending in ('jsonl', 'json', 'csv', 'xml', 'parquet', 'txt', 'tsv', 'jsonl.gz'):
        put(f'pointer/a.{ending}', pointer, None)
    put('pointer/crlf.csv', pointer.replace(b'\n', b'\r\n'), None)
    put('pointer/mark.csv', b'\xef\xbb\xbf' + pointer, None)
    datasets.Dataset.from_list(rows()).save_to_disk(os.path.join(FOLDER, 'saved'))


def main():
    os.makedirs(os.path.join(FOLDER, 'csv'), exist_ok=True)
    for make in (json_files, encodings, csv_files, xml_files, parquet_files, others):
        make()
    with open(os.path.join(FOLDER, 'expected.json'), 'w') as file:
        json.dump(EXPECTED, file)


main()
