import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { requireVerified, verifyOnce } from '../../src/compile/index.js'
import { engineDelegate, runnableDelegate } from '../compile/delegates.js'
import type { Engine, Program } from '../../src/compile/index.js'
import { adapterShape } from '../../src/decoder/adapter/lora.js'
import { cachedProgram } from '../../src/decoder/generate/program.js'
import type { DecoderConfig } from '../../src/decoder/config.js'
import { runnablesOn } from '../../src/decoder/runnables.js'
import { OPTIMIZERS } from '../../src/training/optimizers/index.js'
import {
  accumulateProgram,
  evaluateProgram,
  trainProgram,
  updateProgram,
} from '../../src/training/programs.js'
import { PLAIN } from '../../src/training/variant.js'
import type { TrainingVariant } from '../../src/training/variant.js'
import { engineFor, engines } from '../decoder/engines.js'

const folder = mkdtempSync(join(tmpdir(), 'tune-verified-'))
afterAll(() => rmSync(folder, { recursive: true }))

const llama: DecoderConfig = {
  architecture: 'llama',
  width: 576,
  layers: 30,
  heads: 9,
  kvHeads: 3,
  headDim: 64,
  ffnWidth: 1536,
  vocabulary: 49152,
  maxPositions: 8192,
  ropeTheta: 1e5,
  normEpsilon: 1e-5,
  tied: true,
}
const models: Readonly<Record<string, DecoderConfig>> = {
  llama,
  gpt2: { ...llama, architecture: 'gpt2', heads: 12, kvHeads: 12, width: 768 },
  'with head norms, biases, and heads wider than the model': {
    ...llama,
    headDim: 128,
    headNorm: true,
    biased: ['q_proj', 'k_proj', 'v_proj'],
    tied: false,
  },
  'with a window and layers without positions': {
    ...llama,
    window: { size: 4096, layers: [0, 2] },
    withoutRope: [3, 7, 11],
  },
}
const batch = { rows: 32, length: 1024 }

describe.each(engines)('before %s is trusted with a model', name => {
  const engine = engineFor(name)

  it.each(Object.entries(models))(
    'a small one like it is trained, measured and asked: %s',
    async (_, config) => {
      const asked = [
        { length: 32, first: true },
        { length: 32, first: false },
        { length: 1, first: false },
      ].map(chunk => cachedProgram(config, { rows: 4, positions: 512 }, chunk))
      const programs = [
        trainProgram(config, batch, PLAIN),
        accumulateProgram(config, batch, PLAIN),
        updateProgram(config, PLAIN),
        evaluateProgram(config, batch),
        ...asked,
      ]
      for (const program of programs)
        expect(
          await verifyOnce(program.sample!(), await engine(), { folder }),
          program.name,
        ).toMatchObject({ ok: true })
    },
  )

  const adapter = {
    ...adapterShape(llama, {
      rank: 16,
      alpha: 32,
      dropout: 0.1,
      rslora: false,
      targets: ['all-linear'],
    }),
    dropout: true,
  }
  const variants: TrainingVariant[] = [
    ...Object.keys(OPTIMIZERS).map(optimizer => ({
      ...PLAIN,
      optimizer: optimizer as TrainingVariant['optimizer'],
    })),
    { ...PLAIN, lossTerms: ['labelSmoothing'], dropout: true },
    { ...PLAIN, adapter },
  ]
  it.each(
    variants.map(
      variant =>
        [
          variant.adapter
            ? 'an adapter'
            : variant.dropout
              ? 'smoothing and dropout'
              : variant.optimizer,
          variant,
        ] as const,
    ),
  )('with %s', async (_, variant) => {
    expect(
      await verifyOnce(trainProgram(llama, batch, variant).sample!(), await engine(), { folder }),
    ).toMatchObject({ ok: true })
  })
})

describe('a check', () => {
  const engine = engineFor(engines[0]!)
  const sample = (): Program => evaluateProgram(llama, batch).sample!()

  it('is done once, and remembered', async () => {
    const own = join(folder, 'own')
    let loads = 0
    const counting: Engine = {
      ...engineDelegate(await engine()),
      load: async programs => (loads++, (await engine()).load(programs)),
    }
    const first = await verifyOnce(sample(), counting, { folder: own })
    expect(await verifyOnce(sample(), counting, { folder: own })).toMatchObject(first)
    expect(loads).toBe(1)
    expect(readdirSync(own)).toHaveLength(1)
    await verifyOnce(sample(), { ...counting, version: 'newer' }, { folder: own })
    expect(loads).toBe(2)
  })

  it('keeps an engine that computes otherwise from a model, by an error that says what to do, and again until it is right', async () => {
    const sound = await engine()
    const wrong: Engine = {
      ...engineDelegate(sound),
      version: 'wrong',
      load: async programs =>
        (await sound.load(programs)).map(runnable => ({
          ...runnableDelegate(runnable),
          run: async (states, inputs) => {
            const outputs = await runnable.run(states, inputs)
            outputs['loss']!.data[0]! *= 1.01
            return outputs
          },
        })),
    }
    const programs = runnablesOn(wrong, program => requireVerified(program, wrong, { folder }))
    const ask = (): Promise<unknown> =>
      programs.get('evaluate', () =>
        evaluateProgram(
          { ...llama, layers: 2, width: 36, heads: 9, headDim: 4, ffnWidth: 16, vocabulary: 32 },
          batch,
        ),
      )
    await expect(ask()).rejects.toThrow(
      /does not compute what plain JavaScript does: .*loss differs by .*TUNE_ENGINE/,
    )
    await expect(ask()).rejects.toThrow('TUNE_ENGINE')
  })
})
