/**
 * Byte pair encoding: learns a vocabulary from text and writes it as a Hugging Face tokenizer.json
 * of Llama's kind, in which a space is `▁`, begins the word after it, and what has no piece of its
 * own falls back to its UTF-8 bytes.
 *
 * Source: Sennrich, Haddow & Birch, "Neural machine translation of rare words with subword units",
 * 2016; byte fallback as in sentencepiece.
 */

const SPECIAL = ['<unk>', '<s>', '</s>']
const BYTES = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
)
/** Pieces stay inside a word or a run of punctuation; a line break is left to its byte. */
const UNIT = /▁?[A-Za-z]+|'[a-z]+|▁?[^A-Za-z▁\n]+|▁/g

/**
 * @param texts documents
 * @param size  pieces in all, special tokens and bytes included
 * @returns pieces in the order of their ids, and merges by rank
 */
export function learnPieces(texts, size) {
  const units = countUnits(texts)
  const characters = [...new Set(units.flatMap(({ parts }) => parts))].sort()
  const pieces = [...SPECIAL, ...BYTES, ...characters]
  const merges = []
  while (pieces.length < size) {
    const best = mostFrequentPair(units)
    if (best === undefined)
      throw new Error(`the text has only ${pieces.length} pieces; ask for fewer`)
    for (const unit of units) unit.parts = merged(unit.parts, best)
    merges.push(best)
    pieces.push(best.join(''))
  }
  return { pieces, merges }
}

function countUnits(texts) {
  const counts = new Map()
  for (const text of texts) {
    for (const [unit] of `▁${text}`.replaceAll(' ', '▁').matchAll(UNIT))
      counts.set(unit, (counts.get(unit) ?? 0) + 1)
  }
  return [...counts].map(([unit, count]) => ({ parts: [...unit], count }))
}

/**
 * Of pairs that are equally frequent the first in code point order, so that the same text always
 * gives the same pieces.
 */
function mostFrequentPair(units) {
  const counts = new Map()
  for (const { parts, count } of units) {
    for (let i = 1; i < parts.length; i++) {
      const pair = `${parts[i - 1]} ${parts[i]}`
      counts.set(pair, (counts.get(pair) ?? 0) + count)
    }
  }
  let best
  for (const [pair, count] of counts) {
    if (best === undefined || count > best[1] || (count === best[1] && pair < best[0]))
      best = [pair, count]
  }
  return best?.[0].split(' ')
}

function merged(parts, [left, right]) {
  const result = []
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === left && parts[i + 1] === right) result.push(parts[i++] + right)
    else result.push(parts[i])
  }
  return result
}

/** tokenizer.json, as transformers and @huggingface/tokenizers read it. */
export function tokenizerJson({ pieces, merges }) {
  const special = {
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }
  const start = { SpecialToken: { id: '<s>', type_id: 0 } }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({ id, content, ...special })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [start, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [
        start,
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '<s>', type_id: 1 } },
        { Sequence: { id: 'B', type_id: 1 } },
      ],
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
      merges,
    },
  }
}
