import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { generalizationLoss, trainingProgress } from '../../src/overfit/rules/prechelt.js'
import {
  kerasEarlyStopping,
  optunaPatience,
  patience,
  earlyStoppingRules,
  stopEpoch,
  type Rule,
} from '../../src/overfit/rules/index.js'

interface Golden {
  readonly curves: readonly (readonly number[])[]
  readonly cases: readonly {
    readonly rule: 'keras' | 'optuna'
    readonly curve: number
    readonly patience: number
    readonly minDelta: number
    readonly baseline?: number | null
    readonly startFromEpoch?: number
    readonly stop: number | null
  }[]
}
const golden = JSON.parse(
  readFileSync(new URL('../golden/early-stopping.json', import.meta.url), 'utf8'),
) as Golden

type Case = Golden['cases'][number]
const kerasOptions = ({ patience, minDelta, baseline, startFromEpoch }: Case) => ({
  patience,
  minDelta,
  ...(baseline == null ? {} : { baseline }),
  ...(startFromEpoch === undefined ? {} : { startFromEpoch }),
})
const optunaOptions = ({ patience, minDelta }: Case) => ({ patience, minDelta })

const epochsWith = (validation: readonly number[], training?: readonly number[]) =>
  validation.map((valLoss, i) => ({ epoch: i + 1, loss: training?.[i] ?? null, valLoss }))
const stop = (rule: Rule, ...losses: Parameters<typeof epochsWith>) =>
  stopEpoch(rule, epochsWith(...losses))

describe('patience', () => {
  it('stops after so many epochs without a better loss', () => {
    expect(stop(patience({ epochs: 3 }), [3, 2, 2.5, 2.4, 1.9, 2, 2, 2, 2])).toBe(8)
    expect(stop(patience({ epochs: 3 }), [3, 2, 1.9, 1.8])).toBeNull()
  })

  it('does not take a small improvement for one, but adds small ones up', () => {
    expect(stop(patience({ epochs: 2, minDelta: 0.1 }), [2, 1.95, 1.92, 1])).toBe(3)
    expect(stop(patience({ epochs: 3, minDelta: 0.1 }), [2, 1.95, 1.88, 1.87, 1.86, 1.85])).toBe(6)
  })
})

describe("Prechelt's criteria", () => {
  // By hand: E = 4, 2, 2.2; lowest 2.
  it('measure generalisation loss in per cent above the lowest', () => {
    expect(generalizationLoss([4, 2, 2.2])).toBeCloseTo(10, 12)
    expect(stop(earlyStoppingRules.create('GL(5)'), [4, 2, 2.05, 2.2, 3])).toBe(4)
    expect(stop(earlyStoppingRules.create('GL(10.1)'), [4, 2, 2.2])).toBeNull()
  })

  // By hand: the strip 1.2, 1.1, 1.0, 1.1, 1.1 has mean 1.1 and lowest 1.0.
  it('measure training progress in per mille above the lowest of the strip', () => {
    expect(trainingProgress([9, 1.2, 1.1, 1, 1.1, 1.1])).toBeCloseTo(100, 9)
  })

  it('PQ weighs the one against the other at the ends of strips', () => {
    // Generalisation loss 20% at epoch 5, training progress 100‰: 0.2. At epoch 10: 50% over 10‰:
    // 5.
    const validation = [2, 1.8, 1.5, 1.6, 1.8, 1.9, 2, 2.1, 2.2, 2.25]
    const training = [1.2, 1.1, 1, 1.1, 1.1, 1.01, 1.01, 1, 1.02, 1.01]
    expect(stop(earlyStoppingRules.create('PQ(0.19)'), validation, training)).toBe(5)
    expect(stop(earlyStoppingRules.create('PQ(0.21)'), validation, training)).toBe(10)
    expect(stop(earlyStoppingRules.create('PQ(5.1)'), validation, training)).toBeNull()
  })

  it('PQ goes on where training loss is unknown', () => {
    expect(stop(earlyStoppingRules.create('PQ(0.1)'), [1, 2, 3, 4, 5])).toBeNull()
  })

  it('UP counts successive strips that end higher than they began', () => {
    const at = (...ends: number[]) => ends.flatMap(end => [9, 9, 9, 9, end])
    expect(stop(earlyStoppingRules.create('UP(1)'), at(3, 2, 2.1))).toBe(15)
    expect(stop(earlyStoppingRules.create('UP(2)'), at(3, 2, 2.1, 2.05, 2.1, 2.2))).toBe(30)
    expect(stop(earlyStoppingRules.create('UP(2)'), at(3, 2, 2.1, 2.1, 2.2))).toBeNull()
  })
})

describe('rules of other libraries', () => {
  it.each(['keras', 'optuna'] as const)('%s: stop at the same epoch as it does', rule => {
    const cases = golden.cases.filter(each => each.rule === rule)
    expect(cases.length).toBeGreaterThan(100)
    const ours = cases.map(each =>
      stop(
        rule === 'keras'
          ? kerasEarlyStopping(kerasOptions(each))
          : optunaPatience(optunaOptions(each)),
        golden.curves[each.curve]!,
      ),
    )
    expect(ours).toEqual(cases.map(each => each.stop))
  })
})

describe('a rule by its name', () => {
  it('is the rule made with its numbers', () => {
    const curve = golden.curves[5]!
    expect(stop(earlyStoppingRules.create('patience(3, 0.01)'), curve)).toBe(
      stop(patience({ epochs: 3, minDelta: 0.01 }), curve),
    )
    expect(stop(earlyStoppingRules.create('Keras'), curve)).toBe(stop(kerasEarlyStopping(), curve))
  })

  it.each([
    'patience',
    'patience()',
    'patience(x)',
    'patience(0)',
    'patience(2.5)',
    'GL(1, 2)',
    'GL(-1)',
    'UP(1.5)',
    'hyperband(3)',
    '',
    'GL(5',
  ])('refuses %j', text => {
    expect(() => earlyStoppingRules.create(text)).toThrow(UserError)
  })

  it('says why it stops', () => {
    expect(earlyStoppingRules.create('GL(5)')(epochsWith([2, 2.2]))).toBe(
      'validation loss is 10.0% above its lowest, more than 5%',
    )
  })

  it('never stops a curve that only falls', () => {
    const falling = fc
      .array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
      .map(steps =>
        steps.map((_, i) => 50 - steps.slice(0, i + 1).reduce((sum, step) => sum + step, 0)),
      )
    for (const { name, options } of earlyStoppingRules.strategies)
      fc.assert(
        fc.property(
          falling,
          curve =>
            stop(
              earlyStoppingRules.create(`${name}(${options[0]!.default === undefined ? '2' : ''})`),
              curve,
              curve,
            ) === null,
        ),
      )
  })
})
