"""Golden values for tokenizers, from transformers and tokenizers: python scripts/golden/tokenizer.py [MODEL_DIR]

Writes tests/golden/tokenizers.json (small tokenizers of the three kinds that Llama-like models have, trained here, whole) and,
where MODEL_DIR (default ../shared/models/stories260K) is, tests/golden/tokenizer-stories260k.json.
"""
import json
import os
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
SPECIAL = ['<unk>', '<s>', '</s>']

TEXTS = [
    '', ' ', '  ', '\n', '\n\n', '\t', ' \n ', 'a', ' a', 'a ', ' a ', '  a  b  ', 'Hello', 'Hello, world!', 'hello world',
    'Once upon a time, there was a little girl named Lily.', 'She said, "I don\'t know." They\'re here; we\'ve seen it, I\'ll go.',
    'Question: Who are you?\nAnswer:', 'Question: Who are you?\nAnswer: I am Ada.', 'User: hi\nAssistant: hello', 'one\ntwo\r\nthree\rfour',
    'def f(x):\n    return x**2 + 1  # square\n', 'if (a && b) { c += d[i]; }', '{"key": [1, 2.5, null], "é": "\\u00e9"}', '<div class="x">&amp;</div>',
    'https://example.org/a?b=c&d=%20e#f', 'name@example.org', '1234567890', '3.14159', '1,000,000', '2024-01-31', '$5.00', '50%', 'x=1;y=2', 'a_b-c.d',
    '{{name}} and {{author}}', '你好,世界', '我是一个语言模型。', '今天天气很好!', 'こんにちは', '안녕하세요', 'Привет, мир', 'مرحبا بالعالم', 'שלום', 'नमस्ते', 'สวัสดี',
    'naïve café déjà vu', 'cafe\u0301', 'Ångström', 'ﬁ ligature', 'ＦＵＬＬ', 'ß', 'İ', '…', '—', '“quotes”', '\u00a0', 'a\u00a0b', '\u3000', '\u200b', 'a\u200bb', '\u2028',
    '🙂', '👩‍👩‍👧', '👍🏽', '🇫🇷', 'hi 🙂 there', '🙂🙂🙂', '𝒳', '\U0001f9d1\u200d\U0001f4bb', '♥️', '\x00', '\x01\x02', '\x7f', 'tab\there', '\ufeffbom', 'bom\ufeffinside',
    '<s>', '</s>', '<unk>', '<s>hello</s>', 'a<s>b', 'a <s> b', '</s></s>', '<s', '<0x41>', '<0x0A>', 'a<0x0A>b', '▁', '▁a', 'a▁b', '▁▁', 'Ġ', 'ĠA', '##', '<|im_start|>user',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'the the the the', 'THE QUICK BROWN FOX', 'supercalifragilisticexpialidocious', ' ' * 17, '\n' * 9, 'a' + ' ' * 8 + 'b', 'a\n\n\n\nb',
    'Tom and Sue went to the park. It was sunny and they were happy. ' * 4,
]
ALPHABETS = [
    'abcdefghijklmnopqrstuvwxyz     ', 'ABC abc 012 .,;:!?\'"()[]{}<>/\\|@#$%^&*-_=+~`', ' \t\n\r', 'etaoin shrdlu\n', '0123456789.,', 'éèüñçøåßğ ', '你我他是的一不在有', 'абвгд е',
    '🙂😀👍🏽❤️🇫🇷\u200d', '\u00a0\u2003\u3000 a', '▁ a', '<s></s> a',
]


def texts():
    rng = random.Random(7)
    made = [''.join(rng.choice(alphabet) for _ in range(rng.randint(1, 40))) for alphabet in ALPHABETS for _ in range(14)]
    mixed = [''.join(rng.choice(rng.choice(ALPHABETS)) for _ in range(rng.randint(1, 60))) for _ in range(60)]
    return TEXTS + made + mixed


def cases(tokenizer):
    out = []
    for text in texts():
        ids = tokenizer.encode(text, add_special_tokens=False)
        out.append({
            'text': text,
            'ids': ids,
            'special': tokenizer.encode(text, add_special_tokens=True),
            'decoded': tokenizer.decode(ids, skip_special_tokens=True),
            'plain': tokenizer.decode(ids, skip_special_tokens=False),
        })
    return out


CORPUS = [text for text in TEXTS for _ in range(3)] + [
    'Once upon a time there was a dog. The dog liked to run and play with the children in the park all day.',
    'A question is asked and an answer is given. What is the name of the model? The name of the model is Ada.',
] * 20


def sentencepiece(scheme):
    """Llama 2's kind: spaces as ▁, byte fallback; the ▁ in front comes from the normalizer or from Metaspace."""
    tokenizer = Tokenizer(models.BPE(unk_token='<unk>', fuse_unk=True, byte_fallback=True))
    if scheme == 'normalizer':
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')])
        decoder = [decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(' ', 1, 0)]
        tokenizer.decoder = decoders.Sequence(decoder)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace('▁', prepend_scheme='first', split=False)
        tokenizer.decoder = decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(' ', 1, 0)])
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=SPECIAL + [f'<0x{b:02X}>' for b in range(256)], show_progress=False, limit_alphabet=60)
    tokenizer.train_from_iterator(CORPUS, trainer)
    # bytes are ordinary tokens, not added ones
    state = json.loads(tokenizer.to_str())
    state['added_tokens'] = [token for token in state['added_tokens'] if token['content'] in SPECIAL]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.post_processor = processors.TemplateProcessing(single='<s> $A', pair='<s> $A <s> $B', special_tokens=[('<s>', 1)])
    return tokenizer


def byte_level():
    """Llama 3's and Qwen's kind: bytes as letters, words by a pattern."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), 'isolated'), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=SPECIAL, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken('<|im_start|>', special=True), AddedToken('<|im_end|>', special=True)])
    tokenizer.post_processor = processors.TemplateProcessing(single='<s> $A', special_tokens=[('<s>', 1)])
    return tokenizer


KINDS = {'normalizer': lambda: sentencepiece('normalizer'), 'metaspace': lambda: sentencepiece('metaspace'), 'byte level': byte_level}


def kept():
    """The tokenizers of the file as it is: training one breaks ties differently from run to run."""
    try:
        with open(os.path.join(GOLDEN, 'tokenizers.json')) as file:
            return {name: kind['tokenizer'] for name, kind in json.load(file).items()}
    except FileNotFoundError:
        return {}


def main():
    made = {}
    trained = kept()
    for name, train in KINDS.items():
        tokenizer = Tokenizer.from_str(json.dumps(trained[name])) if name in trained else train()
        fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token='<unk>', bos_token='<s>', eos_token='</s>', clean_up_tokenization_spaces=False)
        made[name] = {'tokenizer': json.loads(tokenizer.to_str()), 'cases': cases(fast)}
    write('tokenizers.json', made)
    source = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, '../../../shared/models/stories260K')
    if os.path.isdir(source):
        write('tokenizer-stories260k.json', cases(AutoTokenizer.from_pretrained(source)))


def write(name, value):
    with open(os.path.join(GOLDEN, name), 'w') as file:
        json.dump(value, file, ensure_ascii=True, separators=(',', ':'))
        file.write('\n')


main()
