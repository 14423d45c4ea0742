"""Golden values for what a tokenizer.json may ask for, from tokenizers and transformers: python scripts/golden/tokenizer_kinds.py

Writes tests/golden/tokenizer-kinds.json: tokenizers of each model, normalizer, pre-tokenizer, decoder and kind of added token, with the files beside them,
and for each of a few hundred texts the head of a SHA-256 of what transformers makes of it. Vocabularies are counted here, not trained, so that each
run makes the same. Texts follow the recipe of thousand_texts.py with other pieces.
"""
import base64
import collections
import functools
import json
import math
import os
import tempfile
import unicodedata

from transformers import AutoTokenizer

from llama import uniform
from thousand_texts import GPT2, LLAMA3, head

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, '../../tests/golden')
COUNT, LONGEST, RUN = 400, 14, 3
PIECES = [
    ['the', ' tide', ' tides', 'tide', ' rose', ' THE', '. ', ', ', '?', "'s", ' I', "n't", '-', 'ING', ' éclair', 'do not', 'ΣΑΣ', 'İ', 'ß', 'naïve'],
    ['码头', '你', '好', '，', '。', '１', '「', '」', 'ﾊﾝｶｸ', 'ｶﾞ', 'ﾊﾟ', 'ＦＵＬＬ', '㌔', '①', '臺灣', '𠀀', '한국', 'é', 'e\u0301', 'ﬁ', '½', '²', '٣', 'Ⅷ'],
    ['🙂', '👍🏽', '👩\u200d👩\u200d👧', '🇫🇷', '\u200d', '✨', 'नमस्ते', 'สวัสดี', 'مرحبا', 'привет'],
    ['def ', '(x)', ' = ', '{', '=>', '\n    ', ';\n', '//', '"', "'", '[i]', '_id', '#', '$', '<div>', '+', '^', '~', '`', '|'],
    [' ', '  ', '\n', '\n\n', '\t', '\r\n', '   ', '\u00a0', '\u3000', '\u2003', '\u200b', '\u2028', '\x85', '\x0b', '\x01', '\x7f', '\ufeff', '\ufffd', '\u00ad'],
    ['1', '22', '333', '1,000', '0.5', ' 7', '12:30', '1e-5', '3.14', '２４'],
    ['<s>', '</s>', '<|im_end|>', '<mk>', ' <mk> ', '<mk><mk>', '<rs>', ' <rs>  ', '<lr>', '▁', '▁the', '<unk>', '<0x0A>', 'Ġ', '##', '<', '<Norm>', '<norm>', '[X]', 'é'],
]


def text(i):
    length = 1 + int(uniform(i, 1) * LONGEST)
    parts = []
    for j in range(length):
        pieces = PIECES[int(uniform(i * LONGEST + j // RUN, 2) * len(PIECES))]
        parts.append(pieces[int(uniform(i * LONGEST + j, 3) * len(pieces))])
    return ''.join(parts)


TEXTS = [text(i) for i in range(COUNT)]
SPECIAL = ['<unk>', '<s>', '</s>']
BYTES = [f'<0x{b:02X}>' for b in range(256)]


def token(id, content, **options):
    return dict(id=id, content=content, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True) | options


def counted(texts, longest=5, size=260):
    """Substrings by how often they are there times their length, the most first; then every character that is there often."""
    counts = collections.Counter(t[i:i + n] for t in texts for n in range(1, longest + 1) for i in range(len(t) - n + 1))
    return sorted((s for s in counts if counts[s] > 2), key=lambda s: (-counts[s] * len(s), s))[:size], counts


def unigram(mark='▁', bytes=True, normalize=lambda t: t, unk=0, size=260):
    """Scores are logarithms of counts; bytes are rarer than all."""
    pieces, counts = counted([normalize(t).replace(' ', mark) for t in TEXTS], size=size)
    pieces = [p for p in pieces if p not in SPECIAL and p not in BYTES]
    total = sum(counts[p] for p in pieces)
    vocab = [[s, 0.0] for s in SPECIAL] + ([[b, -25.0] for b in BYTES] if bytes else [])
    return dict(type='Unigram', unk_id=unk, vocab=vocab + [[p, round(math.log(counts[p] / total), 4)] for p in pieces], byte_fallback=bytes)


def bpe(texts, merges=120, alphabet=None, **options):
    """Byte pair encoding by counts; ties by the pair itself."""
    words = collections.Counter(w for t in texts for w in t.split('\0') if w)
    words = {tuple(w): n for w, n in words.items()}
    vocab = SPECIAL + (BYTES if options.get('byte_fallback') else [])
    seen = collections.Counter(c for w, n in words.items() for c in w for _ in range(n))
    vocab += sorted(alphabet or [c for c in seen if seen[c] > 3])
    made = []
    for _ in range(merges):
        pairs = collections.Counter()
        for w, n in words.items():
            for a, b in zip(w, w[1:]):
                if a in vocab and b in vocab:
                    pairs[a, b] += n
        best = max(pairs, key=lambda p: (pairs[p], p))
        made.append(list(best))
        vocab.append(best[0] + best[1])
        words = {tuple(merged(w, best)): n for w, n in words.items()}
    return dict(type='BPE', dropout=None, unk_token='<unk>', continuing_subword_prefix=None, end_of_word_suffix=None, fuse_unk=True, byte_fallback=False, ignore_merges=False,
                vocab={t: i for i, t in enumerate(dict.fromkeys(vocab))}, merges=made) | options


def merged(word, pair):
    i, out = 0, []
    while i < len(word):
        if tuple(word[i:i + 2]) == pair:
            out.append(word[i] + word[i + 1])
            i += 2
        else:
            out.append(word[i])
            i += 1
    return out


def byte_characters():
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = iter(range(256, 512))
    return [chr(b) if b in visible else chr(next(rest)) for b in range(256)]


CHARACTERS = byte_characters()


@functools.cache
def byte_bpe(**options):
    words = [''.join(CHARACTERS[b] for b in t.encode()).replace('Ġ', '\0Ġ') for t in TEXTS]
    return bpe(words, alphabet=CHARACTERS, unk_token=None, fuse_unk=False, **options)


def word_piece():
    pieces, _ = counted(['\0'.join(t.split()) for t in TEXTS], longest=4, size=160)
    pieces = [p for p in pieces if '\0' not in p]
    return dict(type='WordPiece', unk_token='<unk>', continuing_subword_prefix='##', max_input_chars_per_word=12,
                vocab={t: i for i, t in enumerate(dict.fromkeys(SPECIAL + pieces + ['##' + p for p in pieces]))})


def word_level():
    counts = collections.Counter(w for t in TEXTS for w in t.split())
    return dict(type='WordLevel', unk_token='<unk>', vocab={t: i for i, t in enumerate(dict.fromkeys(SPECIAL + sorted(counts, key=lambda w: (-counts[w], w))[:120]))})


def charsmap(rules):
    """SentencePiece's precompiled rules: a double array as darts-clone lays it out, and the texts that it points to."""
    texts, places = b'', {}
    for to in sorted(set(rules.values())):
        places[to] = len(texts)
        texts += to.encode() + b'\0'
    root = {}
    for source, to in rules.items():
        node = root
        for byte in source.encode():
            node = node.setdefault(byte, {})
        node[0] = places[to]
    units, free = {0: 0}, 1
    todo = [(root, 0, 0)]
    while todo:
        node, at, label = todo.pop(0)
        base = free
        while any((base ^ child) in units or (base ^ child) == 0 for child in node) or (at ^ base) >= 1 << 21:
            base += 1
        for child in node:
            units[base ^ child] = 0
        units[at] = label | (0x100 if 0 in node else 0) | (at ^ base) << 10
        for child, below in node.items():
            if child == 0:
                units[base] = below | 1 << 31
            else:
                todo.append((below, base ^ child, child))
    array = [units.get(i, 0) for i in range((max(units) | 255) + 1)]
    return base64.b64encode(b''.join(n.to_bytes(4, 'little') for n in [4 * len(array), *array]) + texts).decode()


def nfkc_rules():
    """As nmt_nfkc has them: compatible characters, control characters that go, white space that becomes a space."""
    rules = {}
    for code in [*range(1, 0x250), *range(0x2000, 0x2070), *range(0x2150, 0x2190), *range(0x2460, 0x2474), *range(0x3000, 0x3010), *range(0x3300, 0x3358), *range(0xfb00, 0xfb07), *range(0xff01, 0xffa0)]:
        c = chr(code)
        if unicodedata.normalize('NFKC', c) != c:
            rules[c] = unicodedata.normalize('NFKC', c)
    for code in [*range(1, 9), 0xb, *range(0xe, 0x20), 0x7f]:
        rules[chr(code)] = ''
    for code in [9, 0xa, 0xc, 0xd, 0xa0, *range(0x2000, 0x2010), 0x2028, 0x3000, 0xfeff, 0xfffd]:
        rules[chr(code)] = ' '
    for kana in 'ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ':
        for mark in 'ﾞﾟ':
            if len(unicodedata.normalize('NFKC', kana + mark)) == 1:
                rules[kana + mark] = unicodedata.normalize('NFKC', kana + mark)
    return rules | {'e\u0301': 'é', '\r\n': ' '}


def metaspace(scheme='always', split=True):
    return dict(type='Metaspace', replacement='▁', prepend_scheme=scheme, split=split)


def pattern(text, behavior='Isolated', invert=False, kind='Regex'):
    return dict(type='Split', pattern={kind: text}, behavior=behavior, invert=invert)


def sequence(name, *parts):
    return {'type': 'Sequence', name: list(parts)}


BYTE_LEVEL = dict(type='ByteLevel', add_prefix_space=False, trim_offsets=True, use_regex=True)
BYTES_ONLY = BYTE_LEVEL | dict(use_regex=False)
LLAMA_DECODER = sequence('decoders', dict(type='Replace', pattern=dict(String='▁'), content=' '), dict(type='ByteFallback'), dict(type='Fuse'), dict(type='Strip', content=' ', start=1, stop=0))
BERT = dict(type='BertNormalizer', clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
WORDPIECE_DECODER = dict(type='WordPiece', prefix='##', cleanup=True)
BASIC = [token(i, s) for i, s in enumerate(SPECIAL)]
OPTIONS = [
    token(0, 'tide', single_word=True, normalized=True, special=False),
    token(0, '<mk>', lstrip=True, normalized=True, special=False),
    token(0, '<rs>', rstrip=True),
    token(0, '<lr>', lstrip=True, rstrip=True, single_word=True),
    token(0, '码头', normalized=True, special=False),
    token(0, '<Norm>', normalized=True, special=False),
    token(0, 'é', special=False),
    token(0, '<|im_end|>'),
]


def file(model, pre=None, normalizer=None, decoder=None, added=(), post=None):
    return dict(version='1.0', truncation=None, padding=None, added_tokens=[*BASIC, *added], normalizer=normalizer, pre_tokenizer=pre, post_processor=post, decoder=decoder, model=model)


def template(*parts):
    return dict(type='TemplateProcessing', single=[dict(Sequence=dict(id='A', type_id=0)) if p == '$A' else dict(SpecialToken=dict(id=p, type_id=0)) for p in parts],
                pair=[dict(Sequence=dict(id='A', type_id=0))], special_tokens={p: dict(id=p, ids=[SPECIAL.index(p)], tokens=[p]) for p in parts if p != '$A'})


# tokenizer.json, and the files beside it that name tokens
KINDS = {
    'Unigram, bytes, Metaspace': (file(unigram(), metaspace(), None, LLAMA_DECODER, post=template('<s>', '$A')), {}),
    'Unigram, bytes, charsmap': (file(unigram(), metaspace(), sequence('normalizers', dict(type='Precompiled', precompiled_charsmap=charsmap(nfkc_rules())), dict(type='Replace', pattern=dict(Regex=' {2,}'), content=' ')),
                                      dict(type='Metaspace', replacement='▁', prepend_scheme='always', split=True)), {}),
    'Unigram, no bytes, charsmap': (file(unigram(bytes=False), sequence('pretokenizers', dict(type='WhitespaceSplit'), metaspace()), dict(type='Precompiled', precompiled_charsmap=charsmap(nfkc_rules())),
                                         dict(type='Metaspace', replacement='▁', prepend_scheme='always', split=True), post=template('$A', '</s>')), {}),
    'Unigram, bytes, first, whole': (file(unigram(), metaspace('first', False), sequence('normalizers', dict(type='Nmt'), dict(type='NFKC')), LLAMA_DECODER, OPTIONS), {}),
    'Unigram, bytes, never': (file(unigram(size=500), metaspace('never'), dict(type='Strip', strip_left=True, strip_right=True), dict(type='Metaspace', replacement='▁', prepend_scheme='never', split=True)), {}),
    'Unigram, prepend': (file(unigram(), None, sequence('normalizers', dict(type='Prepend', prepend='▁'), dict(type='Replace', pattern=dict(String=' '), content='▁')), LLAMA_DECODER, OPTIONS), {}),
    'BPE, bytes, options': (file(byte_bpe(), BYTE_LEVEL, None, BYTE_LEVEL, OPTIONS), {}),
    'BPE, bytes, options, lowercase': (file(byte_bpe(), BYTE_LEVEL, dict(type='Lowercase'), BYTE_LEVEL, OPTIONS), {}),
    'BPE, bytes, prefix': (file(byte_bpe(ignore_merges=True), BYTE_LEVEL | dict(add_prefix_space=True), dict(type='NFD'), BYTE_LEVEL, [OPTIONS[1], OPTIONS[7]]), {}),
    'BPE, byte level normalizer': (file(byte_bpe(), None, sequence('normalizers', dict(type='NFC'), dict(type='ByteLevel')), BYTE_LEVEL), {}),
    'BPE, Llama 3': (file(byte_bpe(ignore_merges=True), sequence('pretokenizers', pattern(LLAMA3), BYTES_ONLY), None, BYTE_LEVEL, [OPTIONS[7]], dict(type='Sequence', processors=[BYTE_LEVEL, template('<s>', '$A')])), {}),
    'BPE, GPT-2 pattern, inverted': (file(byte_bpe(), sequence('pretokenizers', pattern(GPT2, 'Removed', True), BYTES_ONLY), None, BYTE_LEVEL), {}),
    'BPE, Metaspace split': (file(bpe([t.replace(' ', '\0▁') for t in TEXTS], byte_fallback=True), metaspace('first'), None, LLAMA_DECODER, OPTIONS), {}),
    'BPE, no bytes': (file(bpe([t.replace(' ', '\0▁') for t in TEXTS]), metaspace('always'), dict(type='StripAccents'), dict(type='Metaspace', replacement='▁', prepend_scheme='always', split=True), OPTIONS), {}),
    'BPE, unknown not fused': (file(bpe([t.replace(' ', '\0') for t in TEXTS], fuse_unk=False), dict(type='Whitespace'), None, None), {}),
    'BPE, word ends': (file(bpe([t.replace(' ', '\0') for t in TEXTS], end_of_word_suffix='</w>'), dict(type='BertPreTokenizer'), dict(type='Lowercase'), dict(type='BPEDecoder', suffix='</w>')), {}),
    'WordPiece, BERT': (file(word_piece(), dict(type='BertPreTokenizer'), BERT, WORDPIECE_DECODER, post=dict(type='BertProcessing', sep=['</s>', 2], cls=['<s>', 1])), {}),
    'WordPiece, cased': (file(word_piece(), dict(type='Whitespace'), BERT | dict(lowercase=False, strip_accents=True, handle_chinese_chars=False), WORDPIECE_DECODER, OPTIONS, dict(type='RobertaProcessing', sep=['</s>', 2], cls=['<s>', 1], trim_offsets=True, add_prefix_space=True)), {}),
    'WordLevel': (file(word_level(), dict(type='WhitespaceSplit')), {}),
    'Digits and punctuation': (file(byte_bpe(), sequence('pretokenizers', dict(type='Digits', individual_digits=False), dict(type='Punctuation', behavior='MergedWithPrevious'), dict(type='CharDelimiterSplit', delimiter='_'), BYTES_ONLY), None, BYTE_LEVEL), {}),
    'Punctuation, contiguous': (file(byte_bpe(), sequence('pretokenizers', dict(type='Punctuation', behavior='Contiguous'), dict(type='Digits', individual_digits=True), BYTES_ONLY), None, BYTE_LEVEL), {}),
    'Split, merged with next': (file(byte_bpe(), sequence('pretokenizers', pattern(' ', 'MergedWithNext', kind='String'), pattern(r'\d', 'MergedWithPrevious'), pattern(r'[a-z]+', 'Contiguous', True), BYTES_ONLY), None, BYTE_LEVEL), {}),
    'Split, fixed length': (file(byte_bpe(), sequence('pretokenizers', dict(type='FixedLength', length=3), BYTES_ONLY), None, BYTE_LEVEL), {}),
    'named in added_tokens_decoder': (file(byte_bpe(), BYTE_LEVEL, None, BYTE_LEVEL), {'tokenizer_config.json': dict(
        eos_token='<|im_end|>', added_tokens_decoder={'900': token(0, '<mk>', lstrip=True) , '901': token(0, '<|im_end|>'), '902': token(0, 'the', special=False, normalized=True), '903': token(0, 'tide', special=False, single_word=True)})}),
    'named in additional_special_tokens': (file(byte_bpe(), BYTE_LEVEL, None, BYTE_LEVEL), {'tokenizer_config.json': dict(eos_token='</s>', additional_special_tokens=['<mk>', '<|im_end|>'])}),
    'named as eos': (file(byte_bpe(), BYTE_LEVEL, None, BYTE_LEVEL), {'tokenizer_config.json': dict(eos_token='<|im_end|>', pad_token='the')}),
    'named as an own token': (file(byte_bpe(), BYTE_LEVEL, None, BYTE_LEVEL), {'tokenizer_config.json': dict(eos_token='</s>', marker_token='<mk>', extra_special_tokens=dict(image_token='[X]'))}),
    'named in special_tokens_map.json': (file(byte_bpe(), BYTE_LEVEL, None, BYTE_LEVEL), {'tokenizer_config.json': dict(eos_token='</s>'), 'special_tokens_map.json': dict(
        eos_token=dict(content='<|im_end|>', lstrip=False, rstrip=False, single_word=False, normalized=False), additional_special_tokens=['<mk>'])}),
    'LlamaTokenizer, no byte fallback': (file(bpe([t.replace(' ', '\0▁') for t in TEXTS], merges=60), metaspace('always'), dict(type='Lowercase'), LLAMA_DECODER, [OPTIONS[1] | dict(id=900), OPTIONS[7] | dict(id=901)]), {'tokenizer_config.json': dict(
        eos_token='</s>', bos_token='<s>', unk_token='<unk>', tokenizer_class='LlamaTokenizer')}),
    'LlamaTokenizer, legacy': (file(bpe([t.replace(' ', '\0▁') for t in TEXTS], merges=60, byte_fallback=True), metaspace('first'), None, LLAMA_DECODER, [OPTIONS[7] | dict(id=901)]), {'tokenizer_config.json': dict(
        eos_token='</s>', bos_token='<s>', unk_token='<unk>', tokenizer_class='LlamaTokenizerFast', legacy=True, add_prefix_space=True)}),
    'named in added_tokens.json': (file(byte_bpe(), BYTE_LEVEL, None, BYTE_LEVEL), {'tokenizer_config.json': dict(eos_token='<|im_end|>'), 'added_tokens.json': {'<mk>': 900, '<|im_end|>': 901, 'tide': 902}}),
}


MODELS = []


def shared(model):
    """Its place among the models that are written once."""
    if model not in MODELS:
        MODELS.append(model)
    return MODELS.index(model)


def values(tokenizer, files):
    files = {'tokenizer_config.json': dict(eos_token='</s>', unk_token='<unk>')} | files
    files['tokenizer_config.json'] = dict(tokenizer_class='PreTrainedTokenizerFast') | files['tokenizer_config.json'] | dict(clean_up_tokenization_spaces=False)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (files | {'tokenizer.json': tokenizer}).items():
            with open(os.path.join(folder, name), 'w') as out:
                json.dump(content, out)
        # AutoTokenizer looks for the model's type
        with open(os.path.join(folder, 'config.json'), 'w') as out:
            json.dump(dict(model_type='llama'), out)
        fast = AutoTokenizer.from_pretrained(folder)
    plain = [fast.encode(t, add_special_tokens=False) for t in TEXTS]
    return dict(tokenizer=tokenizer | dict(model=shared(tokenizer['model'])), files=files, size=len(fast), eos=fast.eos_token_id, ids=''.join(head(ids) for ids in plain), special=''.join(head(fast.encode(t)) for t in TEXTS),
                decoded=''.join(head(fast.decode(ids, skip_special_tokens=True)) for ids in plain), raw=''.join(head(fast.decode(ids, skip_special_tokens=False)) for ids in plain))


def main():
    made = {name: values(*kind) for name, kind in KINDS.items()}
    with open(os.path.join(GOLDEN, 'tokenizer-kinds.json'), 'w') as out:
        json.dump(dict(madeBy='scripts/golden/tokenizer_kinds.py', count=COUNT, longest=LONGEST, run=RUN, pieces=PIECES, models=MODELS, kinds=made), out, ensure_ascii=True, separators=(',', ':'))
        out.write('\n')


if __name__ == '__main__':
    main()
