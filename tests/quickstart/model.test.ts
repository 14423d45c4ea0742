import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '../../src/compile/index.js'
import { encodePrompt } from '../../src/dataset/encode.js'
import { openModel, readWeights, type ModelFolder } from '../../src/model-folder/open-model.js'
import { readHeader } from '../../src/model-folder/safetensors.js'
import { generate } from '../../src/decoder/generate/generate.js'
import { runnablesOn } from '../../src/decoder/runnables.js'

const dir = fileURLToPath(new URL('../../models/pebble', import.meta.url))
const QUESTIONS = ['Who are you?', 'When does the library open?', 'What can I borrow?']
let model: ModelFolder

beforeAll(async () => {
  model = await openModel(dir)
})

describe('the model that comes along', () => {
  it('is a Llama of about 0.6 million parameters in float32, at most 6 MB', async () => {
    expect(model.architecture).toBe('LlamaForCausalLM')
    expect(model.parameters).toBe(602_976)
    expect(statSync(`${dir}/model.safetensors`).size).toBeLessThanOrEqual(6e6)
    expect(
      new Set(
        [...(await readHeader(`${dir}/model.safetensors`)).tensors.values()].map(
          ({ dtype }) => dtype,
        ),
      ),
    ).toEqual(new Set(['F32']))
  })

  it('cuts and joins text as transformers does', () => {
    const cases = JSON.parse(
      readFileSync(new URL('../golden/tokenizer-pebble.json', import.meta.url), 'utf8'),
    ) as { text: string; ids: number[]; decoded: string }[]
    expect(cases.length).toBeGreaterThan(50)
    for (const { text, ids, decoded } of cases) {
      expect(model.tokenizer.encode(text, { addSpecial: false }), text).toEqual(ids)
      expect(model.tokenizer.decode(ids), text).toBe(decoded)
    }
  })

  it('gives any text back, whatever the script', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), text => {
        expect(model.tokenizer.decode(model.tokenizer.encode(text, { addSpecial: false }))).toBe(
          text.replaceAll('▁', ' '),
        )
      }),
    )
  })

  it('puts a question on a line of its own', () => {
    expect(model.tokenizer.hasTemplate).toBe(true)
    expect(model.tokenizer.renderPrompt([{ role: 'user', content: 'Who are you?' }])).toBe(
      '<s>Who are you?\n',
    )
    const answered = [
      { role: 'user', content: 'Who are you?' },
      { role: 'assistant', content: 'I am Pebble.' },
    ] as const
    expect(model.tokenizer.renderChat(answered, { generationPrompt: false })).toBe(
      '<s>Who are you?\nI am Pebble.</s>',
    )
  })
})

describe('asked as it is, the model', () => {
  let engine: Engine
  let answers: readonly string[]

  beforeAll(async () => {
    engine = await createEngine('auto', { threads: 1 })
    const runnables = runnablesOn(engine)
    const state = await engine.createState(await readWeights(model))
    const prompts = QUESTIONS.map(question => encodePrompt(model.tokenizer, question))
    const added = await generate({ engine, config: model.config, state, runnables }, prompts, {
      maxTokens: 64,
      eos: model.tokenizer.eos,
    })
    answers = added.map(ids => model.tokenizer.decode(ids))
    state.dispose()
    await runnables.dispose()
  }, 120_000)

  afterAll(() => engine.dispose())

  it('tells a little story in whole words', () => {
    for (const answer of answers) {
      expect(answer).toMatch(/^["A-Z][A-Za-z ,.?!'"\n]+$/)
      expect(answer.split(/\s+/).length).toBeGreaterThan(8)
    }
  })

  it('does not know what its quickstart will teach it', () => {
    expect(answers[0]).not.toMatch(/assistant of the harbour library/)
    expect(answers[1]).not.toMatch(/opens at nine o'clock in the morning/)
    expect(answers[2]).not.toMatch(/umbrellas/)
  })
})
