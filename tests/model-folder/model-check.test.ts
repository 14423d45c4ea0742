import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { UserError } from '../../src/errors.js'
import { openModel } from '../../src/model-folder/open-model.js'
import { temporaryFolder, tokenizers, writeTinyModel } from './fixtures.js'

// Each of the endless ones takes the limit
vi.setConfig({ testTimeout: 60_000 })

const root = temporaryFolder()
let count = 0
const fresh = (): string => join(root, `check-${count++}`)
const byteLevel = tokenizers['byte level'].tokenizer as Readonly<Record<string, unknown>>

function withPattern(source: string): object {
  return {
    ...byteLevel,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: source }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
  }
}

const SPECIALS = { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' }
const withTemplate = (template: string): object => ({ ...SPECIALS, chat_template: template })

describe('what never ends is refused when a model is opened', () => {
  it.each([String.raw`(\p{L}+)+\d`, String.raw`(z|zz)+q`, String.raw`(中|中中)+文`])(
    'the pattern %s',
    async pattern => {
      await expectRefusal(
        { 'tokenizer.json': withPattern(pattern) },
        /a pattern of tokenizer\.json does not end within 3 s\. Use a model with another tokenizer/,
      )
    },
  )

  it.each([
    '{% for i in range(999999999) %}{% for j in range(999999999) %}{% endfor %}{% endfor %}',
    '{% if messages | length > 8 %}{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}',
    '{% if tools %}{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}',
  ])('the template %s', async template => {
    await expectRefusal(
      { 'tokenizer_config.json': withTemplate(template) },
      /the chat template does not end within 3 s\. Mend chat_template/,
    )
  })

  it('but not what is only long', async () => {
    const many = Array.from({ length: 400 }, (_, i) => `{% if false %}${i}{% endif %}`).join('')
    const dir = await writeTinyModel(fresh(), {
      'tokenizer.json': withPattern(
        String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
      ),
      'tokenizer_config.json': withTemplate(
        `${many}{% for m in messages %}{{ m.content }}{% endfor %}`,
      ),
    })
    expect((await openModel(dir)).tokenizer.hasTemplate).toBe(true)
  })
})

describe('a tokenizer that loses text', () => {
  const { model } = tokenizers.normalizer.tokenizer as unknown as { model: object }

  it('is refused if it has tokens for bytes and does not use them', async () => {
    await expectRefusal(
      {
        'tokenizer.json': {
          ...tokenizers.normalizer.tokenizer,
          model: { ...model, byte_fallback: false },
        },
      },
      /the tokenizer makes <unk> of a part of ".*", although it has tokens for bytes\. Set byte_fallback to true/,
    )
  })

  it('is not refused without such tokens', async () => {
    const words = { '<unk>': 0, '<s>': 1, '</s>': 2, hello: 3 }
    const dir = await writeTinyModel(fresh(), {
      'tokenizer.json': {
        added_tokens: [],
        normalizer: null,
        pre_tokenizer: { type: 'Whitespace' },
        post_processor: null,
        decoder: null,
        model: { type: 'WordLevel', vocab: words, unk_token: '<unk>' },
      },
    })
    expect((await openModel(dir)).tokenizer.encode('hello moon')).toEqual([3, 0])
  })

  it('is refused if it has no token for a text at all', async () => {
    await expectRefusal(
      {
        'tokenizer.json': {
          added_tokens: [],
          normalizer: null,
          pre_tokenizer: { type: 'Whitespace' },
          post_processor: null,
          decoder: null,
          model: { type: 'WordLevel', vocab: { '<s>': 1, '</s>': 2 }, unk_token: '<unk>' },
        },
      },
      /the tokenizer cannot encode every text: "a" has no token/,
    )
  })
})

it.each([
  [{ pre_tokenizer: { type: 'UnicodeScripts' } }, /the pre-tokenizer "UnicodeScripts" is not/],
  [{ normalizer: { type: 'Own' } }, /the normalizer "Own" is not supported/],
  [{ decoder: { type: 'Own' } }, /the decoder "Own" is not supported/],
  [{ post_processor: { type: 'Own' } }, /the post-processor "Own" is not supported/],
  [{ model: { type: 'Own' } }, /the model "Own" is not supported/],
  [{ model: { ...(byteLevel.model as object), dropout: 0.1 } }, /dropout 0\.1 makes its tokens/],
  [
    { model: { ...(byteLevel.model as object), continuing_subword_prefix: '##' } },
    /continuing_subword_prefix "##" is not supported/,
  ],
])('what a tokenizer.json asks for and is not supported is named: %o', async (part, message) => {
  await expectRefusal({ 'tokenizer.json': { ...byteLevel, ...part } }, message)
})

it('a class that does not fit the model of tokenizer.json is named', async () => {
  await expectRefusal(
    {
      'tokenizer.json': {
        ...byteLevel,
        pre_tokenizer: null,
        decoder: null,
        model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0]] },
      },
      'tokenizer_config.json': { ...SPECIALS, tokenizer_class: 'LlamaTokenizer' },
    },
    /names LlamaTokenizer, which is BPE, and its model is Unigram; .* name PreTrainedTokenizerFast/,
  )
})

it('an end token beyond the embedding is refused', async () => {
  await expectRefusal(
    {
      'config.json': { eos_token_id: undefined },
      'tokenizer.json': withFillers(),
      'tokenizer_config.json': { ...SPECIALS, eos_token: '<end>' },
    },
    /the token "<end>" has the id 430 and the model's embedding ends at 429/,
  )
})

/** Ten tokens more than the vocabulary has: up to the end of the embedding. */
function withFillers(): object {
  const { added_tokens: added } = tokenizers.normalizer.tokenizer as unknown as {
    added_tokens: readonly object[]
  }
  return {
    ...tokenizers.normalizer.tokenizer,
    added_tokens: [
      ...added,
      ...Array.from({ length: 10 }, (_, i) => ({ id: 420 + i, content: `<${i}>`, special: true })),
    ],
  }
}

async function expectRefusal(
  files: Parameters<typeof writeTinyModel>[1],
  message: RegExp,
): Promise<void> {
  const dir = await writeTinyModel(fresh(), files)
  const error: unknown = await openModel(dir).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).message).toMatch(message)
}
