import { describe, expect, it } from 'vitest'
import type { Named, HostTensor } from '../../src/compile/index.js'
import { openModel, readWeights } from '../../src/model-folder/open-model.js'
import { generate, type Model } from '../../src/decoder/generate/generate.js'
import { greedy, sampled } from '../../src/decoder/generate/pick.js'
import type { DecoderConfig } from '../../src/decoder/config.js'
import { runnablesOn } from '../../src/decoder/runnables.js'
import { logitsProgram } from './programs.js'
import { engineFor, engines } from './engines.js'
import { golden as published, hasStories, stories } from './stories.js'
import { golden, tinyConfig, tinyWeights } from './tiny-llama.js'

describe.each(engines)('generation on %s', name => {
  const engine = engineFor(name)
  const modelOf = async (config: DecoderConfig, weights: Named<HostTensor>): Promise<Model> => {
    const on = await engine()
    return { engine: on, config, state: await on.createState(weights), runnables: runnablesOn(on) }
  }
  const tiny = (tied: boolean) => modelOf(tinyConfig(tied), tinyWeights(tinyConfig(tied)))

  it.each([
    ['tied', true],
    ['untied', false],
  ] as const)(
    'gives the greedy tokens of transformers, several prompts at once: %s',
    async (kind, tied) => {
      const { prompts, greedy } = golden[kind]
      expect(await generate(await tiny(tied), prompts, { maxTokens: 14, eos: [2] })).toEqual(greedy)
    },
  )

  it('gives a prompt the same answer alone as among others', async () => {
    const model = await tiny(false)
    const together = await generate(model, golden.untied.prompts, { maxTokens: 14, eos: [2] })
    for (const [i, prompt] of golden.untied.prompts.entries())
      expect(await generate(model, [prompt], { maxTokens: 14, eos: [2] })).toEqual([together[i]])
  })

  it('with its cache gives what whole sequences give without', async () => {
    const model = await tiny(false)
    const prompt = golden.untied.prompts[1]!
    const [answer] = await generate(model, [prompt], { maxTokens: 8, eos: [] })
    const ids = [...prompt]
    for (const token of answer!) {
      const length = ids.length
      const program = await model.runnables.get(`logits 1x${length}`, () =>
        logitsProgram(model.config, { rows: 1, length }),
      )
      const { logits } = await program.run(model.state, {
        tokens: { shape: [1, length], dtype: 'int32', data: Int32Array.from(ids) },
      })
      expect(token).toBe(
        greedy((logits!.data as Float32Array).slice((length - 1) * model.config.vocabulary)),
      )
      ids.push(token)
    }
  })

  it('ends before a token of eos', async () => {
    const { prompts, greedy } = golden.untied
    const stop = greedy[1]![5]!
    const expected = greedy[1]!.slice(0, greedy[1]!.indexOf(stop))
    expect(
      await generate(await tiny(false), [prompts[1]!], { maxTokens: 14, eos: [2, stop] }),
    ).toEqual([expected])
  })

  it('ends at maxTokens, and at once where that is 0', async () => {
    const model = await tiny(false)
    for (const maxTokens of [0, 1, 5]) {
      expect(await generate(model, [golden.untied.prompts[0]!], { maxTokens, eos: [] })).toEqual([
        golden.untied.greedy[0]!.slice(0, maxTokens),
      ])
    }
  })

  it('ends at the last position that the model knows', async () => {
    const model = await tiny(true)
    const [answer] = await generate(model, [[1, 5, 9]], { maxTokens: 1000, eos: [] })
    expect(answer!.length).toBe(model.config.maxPositions - 3)
  })

  it('keeps the end of a prompt that leaves no room', async () => {
    const model = await tiny(true)
    const long = Array.from({ length: 100 }, (_, i) => (i * 7) % 29)
    const answers = await generate(model, [long, long.slice(-28)], { maxTokens: 4, eos: [] })
    expect(answers[0]!.length).toBe(4)
    expect(answers[0]).toEqual(answers[1])
  })

  it('draws by seed where the temperature is above 0', async () => {
    const model = await tiny(true)
    const draw = (seed: number) =>
      generate(
        model,
        [
          [1, 5, 9],
          [1, 5, 9],
        ],
        { maxTokens: 12, eos: [], temperature: 1, seed },
      )
    const [first, second] = await draw(1)
    expect(first).not.toEqual(second)
    expect(await draw(1)).toEqual([first, second])
    expect(await draw(2)).not.toEqual([first, second])
  })

  it.skipIf(!hasStories)(
    'of a published model gives the greedy tokens of transformers',
    async () => {
      const folder = await openModel(stories)
      const model = await modelOf(folder.config, await readWeights(folder))
      const { prompts, greedy } = published
      expect(await generate(model, prompts, { maxTokens: 60, eos: folder.tokenizer.eos })).toEqual(
        greedy,
      )
    },
  )
})

describe('the choice of a token', () => {
  it('takes the largest logit, the first of equals', () => {
    expect(greedy(Float32Array.of(-1, 3, 3, 2))).toBe(1)
  })

  it('draws each token as often as the softmax says', () => {
    const logits = Float32Array.of(0, Math.log(2), Math.log(5))
    const counts = [0, 0, 0]
    for (let i = 0; i < 800; i++) counts[sampled(logits, 1, i / 800)]!++
    expect(counts).toEqual([100, 200, 500])
  })

  it('comes close to the largest logit as the temperature falls', () => {
    for (let i = 0; i < 100; i++)
      expect(sampled(Float32Array.of(1, 1.5, 0), 0.01, (i + 0.5) / 100)).toBe(1)
  })
})
