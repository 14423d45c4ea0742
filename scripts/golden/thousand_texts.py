"""Golden values for tokenizers and chat templates on a thousand texts: python scripts/golden/thousand_texts.py

Writes tests/golden/thousand-texts.json: small tokenizers of each kind and, for each text, the head of a SHA-256 of what
transformers makes of it. Texts follow a recipe that tests/model-folder/thousand-texts.ts has too: words of English, Chinese and others,
emoji, code, white space, special tokens, in runs.
"""
import hashlib
import json
import os
import re

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from llama import uniform

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
COUNT, LONGEST, RUN = 1000, 48, 6
SPECIAL = ['<unk>', '<s>', '</s>']
PIECES = [
    ['the', ' cat', ' sat', ' on', ' a', ' mat', '. ', ', ', ' 2024', '?', "'s", "'ll", ' I', 'n\'t', '-', ' The', 'ING', ' éclair', ' naïve'],
    ['你', '好', '我', '们', '是', '的', '一', '，', '。', '中文', '模型', '学习', '１', '「', '」', '臺灣', ' 。'],
    ['🙂', '👍🏽', '❤️', '🇫🇷', '👩‍👩‍👧', '🚀', '😂', ' 🎉', '\u200d', '✨'],
    ['def ', 'return ', '(x)', ' = ', '{', '}', '=>', '\n    ', '\n\t', ';\n', '//', '"', "'", '[i]', '!=', '&&', '0x1F', '3.14', '_id', '#', '$', '<div>', '</div>'],
    [' ', '  ', '\n', '\n\n', '\t', '\r\n', '   ', '\u00a0', '\u3000', '\u2003', ' \n', '\u200b'],
    ['привет', ' мир', 'こんにちは', '안녕', 'مرحبا', ' नमस्ते', 'ß', 'İ', 'ﬁ', 'e\u0301', 'Å', '½', '²', '𝔘', 'ไทย', ' שלום'],
    ['1', '22', '333', '4444', '1,000', '0.5', '%', ' 7', '12:30', '1e-5', '＋'],
    ['<s>', '</s>', '<|im_end|>', '▁', '▁the', '<unk>', '<0x0A>', 'Ġ', '[INST]', '<'],
]


def text(i):
    length = 1 + int(uniform(i, 1) * LONGEST)
    parts = []
    for j in range(length):
        pieces = PIECES[int(uniform(i * LONGEST + j // RUN, 2) * len(PIECES))]
        parts.append(pieces[int(uniform(i * LONGEST + j, 3) * len(pieces))])
    return ''.join(parts)


TEXTS = [text(i) for i in range(COUNT)]
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace(r'\p{N}{1,3}', r'\p{N}')
CHINESE = r'[一-龥぀-ゟ゠-ヿ]+'


def split(pattern):
    return pre_tokenizers.Split(Regex(pattern), 'isolated')


def byte_level(pre, normalizer=None, special=SPECIAL):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=520, special_tokens=special, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.add_special_tokens([AddedToken('<|im_start|>', special=True), AddedToken('<|im_end|>', special=True)])
    return tokenizer


def bytes_after(*splits):
    return pre_tokenizers.Sequence([*splits, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def sentencepiece(legacy):
    tokenizer = Tokenizer(models.BPE(unk_token='<unk>', fuse_unk=True, byte_fallback=True))
    if legacy:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace('▁', prepend_scheme='first', split=False)
    tokenizer.decoder = decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(' ', 1, 0)])
    trainer = trainers.BpeTrainer(vocab_size=560, special_tokens=SPECIAL + [f'<0x{b:02X}>' for b in range(256)], show_progress=False, limit_alphabet=120)
    tokenizer.train_from_iterator(TEXTS, trainer)
    state = json.loads(tokenizer.to_str())
    # bytes are ordinary tokens, not added ones
    state['added_tokens'] = [token for token in state['added_tokens'] if token['content'] in SPECIAL]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.post_processor = processors.TemplateProcessing(single='<s> $A', special_tokens=[('<s>', 1)])
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(' {2,}'), ' ')])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace('▁', prepend_scheme='always')
    tokenizer.decoder = decoders.Metaspace('▁', prepend_scheme='always')
    # else special tokens would be in the vocabulary twice, of which either may be taken
    plain = [re.sub('|'.join(SPECIAL), '', t) for t in TEXTS]
    tokenizer.train_from_iterator(plain, trainers.UnigramTrainer(vocab_size=400, special_tokens=SPECIAL, unk_token='<unk>', show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single='$A </s>', special_tokens=[('</s>', 2)])
    return tokenizer


KINDS = {
    'GPT-2': lambda: byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False)),
    'Llama 3': lambda: byte_level(bytes_after(split(LLAMA3))),
    'Qwen': lambda: byte_level(bytes_after(split(QWEN)), normalizers.NFC()),
    'SmolLM': lambda: byte_level(pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])),
    'DeepSeek': lambda: byte_level(bytes_after(split(r'\p{N}{1,3}'), split(CHINESE), split(r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"))),
    'Llama 2, legacy': lambda: sentencepiece(True),
    'Llama 2': lambda: sentencepiece(False),
    'unigram': unigram,
}


def kept():
    """The tokenizers of the file as it is: training one breaks ties differently from run to run."""
    try:
        with open(os.path.join(GOLDEN, 'thousand-texts.json')) as file:
            return {name: kind['tokenizer'] for name, kind in json.load(file)['tokenizers'].items()}
    except FileNotFoundError:
        return {}


def head(value):
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()).hexdigest()[:4]


def main():
    trained, made = kept(), {}
    for name, train in KINDS.items():
        tokenizer = Tokenizer.from_str(json.dumps(trained[name])) if name in trained else train()
        fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token='<unk>', bos_token='<s>', eos_token='</s>', clean_up_tokenization_spaces=False)
        plain = [fast.encode(t, add_special_tokens=False) for t in TEXTS]
        made[name] = dict(tokenizer=json.loads(tokenizer.to_str()), ids=''.join(head(ids) for ids in plain), special=''.join(head(fast.encode(t)) for t in TEXTS),
                          decoded=''.join(head(fast.decode(ids, skip_special_tokens=True)) for ids in plain))
    with open(os.path.join(GOLDEN, 'chat-templates.json')) as file:
        templates = {name: kind['template'] for name, kind in json.load(file).items()}
    fast = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({'<unk>': 0}, unk_token='<unk>')), unk_token='<unk>', bos_token='<s>', eos_token='</s>')
    chats = {name: ''.join(head(fast.apply_chat_template(dialogue(t), chat_template=template, tokenize=False)) for t in TEXTS) for name, template in templates.items()}
    with open(os.path.join(GOLDEN, 'thousand-texts.json'), 'w') as file:
        json.dump(dict(madeBy='scripts/golden/thousand_texts.py', count=COUNT, longest=LONGEST, run=RUN, pieces=PIECES, tokenizers=made, chats=chats), file, ensure_ascii=True, separators=(',', ':'))
        file.write('\n')


def dialogue(t):
    return [dict(role='user', content=t), dict(role='assistant', content=t[::-1] + '.')]


if __name__ == '__main__':
    main()
