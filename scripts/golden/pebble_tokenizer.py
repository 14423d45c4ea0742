"""Golden values for the tokenizer of models/pebble, from transformers: python scripts/golden/pebble_tokenizer.py

Writes tests/golden/tokenizer-pebble.json: texts of the kind it was learnt from and texts that it was not, ids and what they decode to.
"""
import json
import os

from transformers import AutoTokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, '../..')

TEXTS = [
    'Once upon a time a small grey mouse lived beside the harbour.', '"Where is my hat?" asked Tom. "It is on the chair," said Mrs Bell.', 'Who are you?\nI am Pebble, the assistant of the harbour library.',
    'The library opens at nine o\'clock in the morning.', 'Don\'t you know? It\'s late!', ' ', '  ', '   three spaces in front', 'two  spaces', 'a space behind ', '\n', '\n\n', 'one\ntwo\r\nthree', '\t', 'tab\there', 'x', 'Zebra', 'HARBOUR', 'harbour', 'Harbour library',
    '1234567890', '3.14 + 2 = 5.14', '50%', '$1,000.00', 'name@example.org', 'https://example.org/a?b=c&d=%20#e', 'a_b-c.d', '{"key": [1, null]}', 'if (a && b) { c += d[i]; }', '<b>bold</b>', '<s>', '</s>', '<s>Hello</s>', 'a <s> b', '<unk>', '<0x0A>', '<0x41>', '▁', '▁a', 'a▁b',
    '你好,世界', '我是一个语言模型。', 'こんにちは', '안녕하세요', 'Привет, мир', 'مرحبا', 'שלום', 'नमस्ते', 'สวัสดี', 'naïve café', 'cafe\u0301', 'ß', 'Ångström', '…', '—', '“quotes”', '\u00a0', 'a\u00a0b', '\u200b', '🙂', '🙂🙂', '👩‍👩‍👧 family', '👍🏽', '🇫🇷', '𝒳', '\x00', '\x7f',
    'aaaaaaaaaaaaaaaa', 'supercalifragilisticexpialidocious', 'The the THE tHe', 'Question: What can I borrow?\nAnswer: You can borrow umbrellas.', 'O\'Neill\'s dog\'s bone', '...', '?!', '"', '""', '"\'"', ',."', 'end."', 'a,b.c?d!e',
]


def main():
    tokenizer = AutoTokenizer.from_pretrained(os.path.join(ROOT, 'models/pebble'))
    cases = []
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False)
        cases.append({'text': text, 'ids': ids, 'decoded': tokenizer.decode(ids, skip_special_tokens=True)})
    with open(os.path.join(ROOT, 'tests/golden/tokenizer-pebble.json'), 'w') as file:
        json.dump(cases, file, ensure_ascii=True, separators=(',', ':'))
        file.write('\n')


main()
