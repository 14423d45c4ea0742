import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../src/overfit/index.js'
import { epochsOf, historyOf } from './histories.js'

/** Falls as a power of the epoch to a floor. */
const learning = (n: number, floor = 1) =>
  Array.from({ length: n }, (_, i) => floor + 2 / (i + 1) ** 0.7)

describe('judge', () => {
  it('stops a fine-tuning whose validation loss rises while training loss keeps falling', () => {
    const history = historyOf(
      [2.1, 1.7, 1.6, 1.66, 1.74, 1.83, 1.95],
      [2.3, 1.6, 1.2, 0.9, 0.6, 0.4, 0.3],
      { startValLoss: 3.5 },
    )
    const said = epochsOf(judge, history)
    expect(said).toHaveLength(6)
    expect(said.at(-1)).toMatchObject({ kind: 'overfit', stop: true, bestEpoch: 3 })
    expect(said.at(-1)!.reason).toContain(
      'rose 0.23 nats/token over epochs 3–6 while training loss kept falling',
    )
    expect(said.at(-1)!.confidence).toBeGreaterThan(0.75)
  })

  it('lets a falling curve run to the end of its budget', () => {
    const loss = [3, 2.5, 2.15, 1.9, 1.7, 1.55]
    const said = epochsOf(judge, historyOf(loss, loss, { budget: 6 }))
    expect(said.map(({ stop }) => stop)).toEqual(Array(6).fill(false))
    expect(said[5]).toMatchObject({ kind: 'still-improving', bestEpoch: 6 })
    expect(said[5]!.reason).toContain('was still falling at the last')
  })

  it.each([1, 2, 3])(
    'says of %i falling epochs, when no more were asked for, that they were still improving',
    budget => {
      const loss = [2.1, 1.7, 1.5].slice(0, budget)
      expect(judge(historyOf(loss, loss, { budget, startValLoss: 3.5 }))).toMatchObject({
        kind: 'still-improving',
        stop: false,
        bestEpoch: budget,
      })
    },
  )

  it('does not judge three epochs of twenty', () => {
    expect(judge(historyOf([2, 1.8, 1.7]))).toMatchObject({
      kind: 'too-early',
      stop: false,
      bestEpoch: 3,
    })
  })

  it('calls a flat curve a plateau and stops it', () => {
    const said = epochsOf(
      judge,
      historyOf([
        3, 2, 1.6, 1.5, 1.46, 1.45, 1.449, 1.448, 1.448, 1.447, 1.447, 1.446, 1.446, 1.446, 1.446,
        1.446, 1.446, 1.446,
      ]),
    )
    expect(said.at(-1)).toMatchObject({ kind: 'plateau', stop: true })
    expect(said.length).toBeGreaterThan(6)
    expect(said.at(-1)!.reason).toMatch(
      /changed by only .* nats\/token over epochs .* are expected to lower it by/,
    )
  })

  it.each([
    ['validation loss', [2, NaN], [2, 2]],
    ['training loss', [2, 2.1], [2, Infinity]],
  ])('stops at once when a %s is not a number', (_, valLoss, train) => {
    expect(judge(historyOf(valLoss, train))).toMatchObject({
      kind: 'diverged',
      stop: true,
      bestEpoch: 1,
    })
  })

  it('calls a curve that only climbs diverged, unless training learned meanwhile', () => {
    expect(judge(historyOf([6, 5.9], [6, 7], { startValLoss: 2.5 }))).toMatchObject({
      kind: 'diverged',
      stop: true,
    })
    const climbing = [2.6, 2.8, 3.1, 3.4, 3.7]
    expect(
      judge(historyOf(climbing, [2.6, 2.7, 2.9, 3.2, 3.5], { startValLoss: 2.5 })),
    ).toMatchObject({ kind: 'diverged' })
    expect(
      judge(historyOf(climbing, [2, 1.2, 0.6, 0.2, 0.1], { startValLoss: 2.5 })),
    ).toMatchObject({ kind: 'overfit', bestEpoch: 1 })
  })

  it('tells a training that came apart from one that overfits by its training loss', () => {
    const loss = [2.1, 1.7, 1.5, 1.9, 2.4, 2.8]
    expect(judge(historyOf(loss, [2.1, 1.6, 1.4, 1.8, 2.3, 2.7])).kind).toBe('diverged')
    expect(judge(historyOf(loss, [2.1, 1.6, 1.1, 0.8, 0.5, 0.3])).kind).toBe('overfit')
  })

  it('sees a fine-tuning learn its examples by heart before validation loss has risen much', () => {
    // A real curve: 140 examples, learning rate 7e-4; continued to epoch 30 its validation loss
    // rises steadily to 0.449.
    const loss = [1.8, 0.711, 0.424, 0.381, 0.391, 0.369, 0.373, 0.412, 0.392]
    const train = [2.961, 0.817, 0.247, 0.087, 0.05, 0.025, 0.017, 0.008, 0.006]
    const said = epochsOf(judge, historyOf(loss, train, { startValLoss: 4.95 }))
    expect(said[5]).toMatchObject({ kind: 'still-improving', stop: false })
    expect(said.length).toBeGreaterThan(7)
    expect(said.at(-1)).toMatchObject({ kind: 'overfit', stop: true, bestEpoch: 6 })
  })

  it('does not call it learning by heart while training loss is near validation loss', () => {
    const flat = [2, 1.5, 1.3, 1.32, 1.33, 1.32]
    expect(judge(historyOf(flat, [2.2, 1.6, 1.3, 1.2, 1.1, 1.05])).kind).not.toBe('overfit')
    expect(judge(historyOf(flat, [2.2, 1.6, 1.0, 0.5, 0.2, 0.1])).kind).toBe('overfit')
  })

  it('waits on a rise that an annealing learning rate may take back, and not where the rate stays', () => {
    const hump = [2, 1.8, 1.75, 1.8, 1.9, 2.0, 2.1, 2.2, 2.3, 2.4]
    const stops = (schedule: 'cosine' | 'constant') =>
      epochsOf(judge, historyOf(hump, undefined, { budget: 40, schedule })).at(-1)!.stop
    expect(stops('constant')).toBe(true)
    expect(stops('cosine')).toBe(false)
  })

  it('is patient where it does not know the schedule', () => {
    const rising = [2, 1.7, 1.6, 1.7, 1.9, 2.1, 2.4, 2.7, 3.1, 3.5]
    expect(epochsOf(judge, historyOf(rising, undefined, { schedule: null }))).toHaveLength(8)
    expect(judge(historyOf(rising.slice(0, 7), undefined, { schedule: null })).kind).toBe(
      'too-early',
    )
  })

  it('judges losses that are not positive', () => {
    const said = epochsOf(
      judge,
      historyOf(
        [0.5, 0.1, -0.1, -0.05, 0.05, 0.2, 0.35, 0.5],
        [0.5, 0, -0.3, -0.5, -0.7, -0.9, -1, -1.1],
      ),
    )
    expect(said.at(-1)).toMatchObject({ kind: 'overfit', stop: true, bestEpoch: 3 })
  })

  it('judges a long training as it does a short one', () => {
    const loss = Array.from(
      { length: 400 },
      (_, i) => 1 + 2 / (i + 1) ** 0.7 + 2e-6 * Math.max(0, i - 100) ** 2,
    )
    expect(judge(historyOf(loss, undefined, { budget: 1000 }))).toMatchObject({
      kind: 'overfit',
      stop: true,
    })
  })

  it('refuses a history without epochs', () => {
    expect(() => judge(historyOf([]))).toThrow(RangeError)
  })
})

describe('a judgement', () => {
  const losses = fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), {
    minLength: 1,
    maxLength: 20,
  })

  it('is a function of its history alone, JSON-safe, and names an epoch that has run', () => {
    fc.assert(
      fc.property(
        losses,
        fc.constantFrom('cosine', 'linear', 'constant', null),
        (loss, schedule) => {
          const history = historyOf(loss, undefined, { schedule })
          const once = judge(history)
          expect(judge(history)).toEqual(once)
          expect(JSON.parse(JSON.stringify(once))).toEqual(once)
          expect(once.bestEpoch).toBeGreaterThanOrEqual(1)
          expect(once.bestEpoch).toBeLessThanOrEqual(loss.length)
          expect(once.confidence).toBeGreaterThan(0)
          expect(once.confidence).toBeLessThanOrEqual(1 + 1e-9)
          expect(once.reason).not.toMatch(/NaN|undefined|Infinity/)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('does not depend on the unit of a loss', () => {
    const loss = [2.1, 1.7, 1.6, 1.66, 1.74, 1.83]
    const [nats, bits] = [
      judge(historyOf(loss)),
      judge(historyOf(loss.map(value => value / Math.LN2))),
    ]
    expect(bits).toMatchObject({ kind: nats.kind, stop: nats.stop, bestEpoch: nats.bestEpoch })
    expect(bits.confidence).toBeCloseTo(nats.confidence, 9)
  })

  it('never stops at the end of the budget: there is nothing left to stop', () => {
    fc.assert(
      fc.property(losses, loss => !judge(historyOf(loss, undefined, { budget: loss.length })).stop),
      { numRuns: 40 },
    )
  })

  it('knows a curve that learns from one that has learnt', () => {
    expect(judge(historyOf(learning(8), undefined, { budget: 8 })).kind).toBe('still-improving')
    expect(
      judge(historyOf([...learning(4), ...Array<number>(8).fill(1.75)], undefined, { budget: 12 }))
        .kind,
    ).toBe('plateau')
  })
})
