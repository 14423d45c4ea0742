"""Golden values for text that is not UTF-8, by Python's codecs: python scripts/golden/data_encodings.py

Writes tests/golden/data-encodings.json: bytes of data files in each encoding, and the text in them.
"""
import base64
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
# Encoding of Python -> what iconv calls it, a question and its answer.
TEXTS = {
    'gb18030': ('GB18030', '第{}号泊位在哪里？', '在码头的第{}段，靠近灯塔。'),
    'big5': ('Big5', '第{}號泊位在哪裡？', '在碼頭的第{}段，靠近燈塔。'),
    'shift_jis': ('SHIFT_JIS', '第{}バースはどこですか', '灯台のそばの{}番です'),
    'euc_jp': ('EUC-JP', '第{}バースはどこですか', '灯台のそばの{}番です'),
    'euc_kr': ('EUC-KR', '{}번 선석은 어디입니까', '등대 옆 {}번입니다'),
    'cp1251': ('CP1251', 'Где находится причал {}?', 'Рядом с маяком, у входа {}'),
    'koi8_r': ('KOI8-R', 'Где находится причал {}?', 'Рядом с маяком, у входа {}'),
    'cp1252': ('CP1252', 'Où est le quai {} – “ici”?', 'Près du phare {}, à côté du café'),
}


def main():
    cases = []
    for encoding, (iconv, question, answer) in TEXTS.items():
        rows = [{'question': question.format(i), 'answer': answer.format(i)} for i in range(5)]
        files = {
            'csv': 'question;answer\n' + ''.join(f'{row["question"]};{row["answer"]}\n' for row in rows),
            'jsonl': ''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows),
            'txt': ''.join(row['answer'] + '\n' for row in rows),
        }
        for ending, text in files.items():
            cases.append({'file': f'{encoding}.{ending}', 'iconv': iconv, 'sample': rows[0]['answer' if ending == 'txt' else 'question'][:20], 'bytes': base64.b64encode(text.encode(encoding)).decode()})
    with open(os.path.join(GOLDEN, 'data-encodings.json'), 'w') as file:
        json.dump({'from': 'Python codecs', 'cases': cases}, file, ensure_ascii=True, indent=1)
        file.write('\n')


main()
