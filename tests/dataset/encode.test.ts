import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { turn, type Conversation } from '../../src/dataset/conversation.js'
import { encodeChat, encodeConversation, encodePrompt } from '../../src/dataset/encode.js'
import type { Tokenizer } from '../../src/model-folder/tokenizer.js'
import { chatTemplates, tinyTokenizer } from '../model-folder/fixtures.js'

const content = fc
  .oneof(
    fc.constantFrom(
      'Hi',
      'Who are you?',
      'I am Ada.',
      ' spaced  out ',
      'two\nlines',
      '你好 🙂',
      '12 + 30 = 42',
      '{{name}}',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  )
  // A text that spells a special token is one, here as in transformers
  .filter(text => text.trim() !== '' && !/[<>▁]/.test(text))
const exchanges = fc.array(fc.tuple(content, content), { minLength: 1, maxLength: 4 })
const conversation = (pairs: readonly (readonly [string, string])[]): Conversation =>
  pairs.flatMap(([question, answer]) => [turn('user', question), turn('assistant', answer)])

const NEVER = 100_000
const formats: [string, 'normalizer' | 'metaspace' | 'byte level', string | undefined][] = [
  ['no template, spaces by normalizer', 'normalizer', undefined],
  ['no template, spaces by Metaspace', 'metaspace', undefined],
  ['no template, byte level', 'byte level', undefined],
  ...Object.entries(chatTemplates).map(([name, { template }]): [string, 'byte level', string] => [
    `the template "${name}"`,
    'byte level',
    template,
  ]),
  ['the template "zephyr", spaces by Metaspace', 'metaspace', chatTemplates.zephyr!.template],
]

describe.each(formats)('encoding with %s', (name, kind, template) => {
  const opened = tinyTokenizer(kind, template)
  // Templates that trim answers train on the trimmed ones
  const trims = /default|headers|strict|no template/.test(name)
  const answerOf = (text: string): string => (trims ? text.trim() : text)

  it('trains on the answers and the tokens that end them, and on nothing else', async () => {
    const tokenizer = await opened
    fc.assert(
      fc.property(exchanges, pairs => {
        const { examples, truncated } = encodeConversation(tokenizer, conversation(pairs), NEVER)
        expect(truncated).toBe(0)
        const trained = examples.flatMap(example => trainedRuns(example))
        expect(trained).toHaveLength(pairs.length)
        trained.forEach((ids, i) => {
          const end = ids.at(-1)!
          expect(end).toBe(tokenizer.endOfTurn ?? tokenizer.eos[0])
          const text = tokenizer
            .decode(ids.slice(0, -1), { skipSpecial: false })
            .replace('<think>\n\n</think>\n\n', '')
          expect(text.trim()).toBe(answerOf(pairs[i]![1]).trim())
        })
      }),
      { numRuns: 40 },
    )
  })

  it('asks exactly as it trained', async () => {
    const tokenizer = await opened
    fc.assert(
      fc.property(exchanges, pairs => {
        const turns = conversation(pairs)
        const { examples } = encodeConversation(tokenizer, turns, NEVER)
        const first = examples[0]!
        // A thought that the template opens only when it asks is in no answer of a conversation
        const opening = tokenizer.encode(tokenizer.promptOpening, { addSpecial: false })
        const asked = [...encodePrompt(tokenizer, pairs[0]![0])]
        const prompt = asked.slice(0, asked.length - opening.length)
        expect(asked.slice(prompt.length)).toEqual(opening)
        expect([...first.ids.slice(0, prompt.length)]).toEqual(prompt)
        expect(first.lossMask.indexOf(1)).toBe(prompt.length)
        const last = examples.at(-1)!
        const chat = encodeChat(tokenizer, turns.slice(0, -1))
        const answer = trainedRuns(last).at(-1)!
        const start = last.lossMask.lastIndexOf(1) + 1 - answer.length
        expect(
          tokenizer.decode(last.ids.slice(0, start), { skipSpecial: false }) +
            tokenizer.promptOpening,
        ).toBe(tokenizer.decode(chat, { skipSpecial: false }))
      }),
      { numRuns: 40 },
    )
  })
})

describe('an encoded conversation', () => {
  const pairs = [
    ['Hi', 'Hello!'],
    ['Who are you?', 'I am Ada.'],
    ['Bye', 'Bye'],
  ] as const

  it('is one example where each turn goes on from the last', async () => {
    const tokenizer = await tinyTokenizer('byte level', chatTemplates.chatml!.template)
    const { examples } = encodeConversation(tokenizer, conversation(pairs), NEVER)
    expect(examples).toHaveLength(1)
    const whole = tokenizer.encode(
      tokenizer.renderChat(conversation(pairs), { generationPrompt: false }),
      { addSpecial: false },
    )
    expect([...examples[0]!.ids]).toEqual(whole)
  })

  it('is one example an answer where the template writes earlier turns otherwise', async () => {
    const tokenizer = await tinyTokenizer('byte level', chatTemplates.last!.template)
    const { examples } = encodeConversation(tokenizer, conversation(pairs), NEVER)
    expect(examples.map(({ ids }) => tokenizer.decode(ids, { skipSpecial: false }))).toEqual(
      [1, 2, 3].map(count =>
        tokenizer.renderChat(conversation(pairs.slice(0, count)), { generationPrompt: false }),
      ),
    )
  })

  it('learns to end an answer where the template has no token for it', async () => {
    const tokenizer = await tinyTokenizer('byte level', chatTemplates.endless!.template)
    const { examples } = encodeConversation(tokenizer, conversation(pairs), NEVER)
    expect(examples).toHaveLength(3)
    expect(
      examples.every(({ ids, lossMask: trained }) => ids.at(-1) === 2 && trained.at(-1) === 1),
    ).toBe(true)
  })

  it('leaves out the loss of answers that the data weighs with 0', async () => {
    const tokenizer = await tinyTokenizer('byte level')
    const [question, answer, ...rest] = conversation(pairs)
    const { examples } = encodeConversation(
      tokenizer,
      [question!, { ...answer!, inLoss: false }, ...rest],
      NEVER,
    )
    expect(examples.flatMap(trainedRuns).map(ids => tokenizer.decode(ids).trim())).toEqual([
      'I am Ada.',
      'Bye',
    ])
  })

  it('has a token boundary where the answer starts, though the text as a whole would have none there', async () => {
    const special = (id: number, content: string): object => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })
    const tokenizer = await tinyTokenizer(
      {
        added_tokens: [special(0, '<unk>'), special(1, '<s>'), special(2, '</s>')],
        normalizer: null, pre_tokenizer: null, post_processor: null, decoder: { type: 'Fuse' },
        model: { type: 'BPE', unk_token: '<unk>', vocab: { '<unk>': 0, '<s>': 1, '</s>': 2, a: 3, b: 4, '>': 5, '>a': 6 }, merges: ['> a'] },
      }, // prettier-ignore
      `{% for message in messages %}{{ message.content + ('>' if message.role == 'user' else eos_token) }}{% endfor %}`,
    )
    expect(tokenizer.encode('b>a</s>', { addSpecial: false })).toEqual([4, 6, 2])
    const [example] = encodeConversation(
      tokenizer,
      conversation([
        ['b', 'ab'],
        ['a', 'a'],
      ]),
      NEVER,
    ).examples
    expect([...example!.ids]).toEqual([4, 5, 3, 4, 2, 3, 5, 3, 2])
    expect([...example!.lossMask]).toEqual([0, 0, 1, 1, 1, 0, 0, 1, 1])
  })

  it('is cut to the limit, and says so', async () => {
    const tokenizer = await tinyTokenizer('byte level')
    const whole = encodeConversation(tokenizer, conversation(pairs), NEVER).examples[0]!
    const prompt = encodePrompt(tokenizer, 'Hi').length
    for (let limit = 1; limit <= whole.ids.length; limit++) {
      const { examples, truncated, overlong } = encodeConversation(
        tokenizer,
        conversation(pairs),
        limit,
      )
      expect(overlong).toBe(limit <= prompt)
      expect(examples.map(({ ids }) => [...ids])).toEqual(
        overlong ? [] : [[...whole.ids.slice(0, limit)]],
      )
      expect(truncated).toBe(overlong || limit === whole.ids.length ? 0 : 1)
      expect(examples.every(({ lossMask: trained }) => trained.includes(1))).toBe(true)
    }
  })

  it('has its answers behind the questions as they are asked', async () => {
    // The system's words are written with the last question only, as by Mistral
    const tokenizer = await tinyTokenizer(
      'byte level',
      `{% set system = messages[0].content %}{% for message in messages[1:] %}{% if message.role == 'user' %}{{ '[' + (system + ' ' if loop.last else '') + message.content + ']' }}{% else %}{{ ' ' + message.content + eos_token }}{% endif %}{% endfor %}`,
    )
    const { examples, notes } = encodeConversation(
      tokenizer,
      [turn('system', 'Be brief.'), ...conversation(pairs.slice(0, 2))],
      NEVER,
    )
    const texts = examples.map(({ ids }) => tokenizer.decode(ids, { skipSpecial: false }))
    expect(texts).toEqual([
      '[Be brief. Hi] Hello!</s>',
      '[Hi] Hello!</s>[Be brief. Who are you?] I am Ada.</s>',
    ])
    expect(examples.flatMap(trainedRuns).map(ids => tokenizer.decode(ids))).toEqual([
      ' Hello!',
      ' I am Ada.',
    ])
    expect(notes).toEqual([
      'the chat template writes a question otherwise once it is answered: trained as asked',
    ])
  })

  it('is refused in the words of a template that rejects it', async () => {
    const tokenizer = await tinyTokenizer('byte level', chatTemplates.strict!.template)
    expect(() =>
      encodeConversation(tokenizer, [turn('system', 'Be brief.'), ...conversation(pairs)], NEVER),
    ).toThrow('System role not supported')
  })

  it('takes no longer than its length calls for', async () => {
    const tokenizer = await tinyTokenizer('normalizer')
    let encoded = 0
    const counting: Tokenizer = {
      ...tokenizer,
      encode: (text, options) => ((encoded += text.length), tokenizer.encode(text, options)),
    }
    const many = conversation(
      Array.from({ length: 50 }, (_, i) => [`Question ${i}?`, `Answer ${i}.`] as const),
    )
    const [{ ids } = { ids: [] }] = encodeConversation(counting, many, NEVER).examples
    expect(encoded).toBeLessThan(3 * tokenizer.decode(ids, { skipSpecial: false }).length)
  })
})

/** Runs of trained tokens. */
function trainedRuns({
  ids,
  lossMask,
}: {
  readonly ids: Int32Array
  readonly lossMask: Uint8Array
}): number[][] {
  const runs: number[][] = []
  for (const [i, id] of ids.entries()) {
    if (lossMask[i] === 0) continue
    if (i === 0 || lossMask[i - 1] === 0) runs.push([])
    runs.at(-1)!.push(id)
  }
  return runs
}
