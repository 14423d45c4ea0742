import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../../src/math/random.js'
import { asha, ashaRungs } from '../../../src/search/pruners/asha.js'
import { hyperband, hyperbandBrackets } from '../../../src/search/pruners/hyperband.js'
import type { Curve } from '../../../src/record/curve.js'
import type { PromotingPruner, PruneRequest } from '../../../src/search/contract/pruner.js'
import golden from '../../golden/pruners.json' with { type: 'json' }

const MOST = golden.curves[0]!.length
const facts = (trialCount: number, maxEpochs = MOST): PruneRequest => ({
  maxEpochs,
  direction: 'minimize',
  trialCount,
})

/** Curves that never cross: trial i ends i-th best by `order`. */
const curveOf = (final: number, epochs: number) =>
  Array.from({ length: epochs }, (_, i) => final + 2 / (i + 1))

interface Played {
  readonly trials: readonly Curve[]
  readonly epochs: number
}

/** A study of so many slots on which a trial's epochs take as long as `pace` says. */
function play(
  pruner: PromotingPruner,
  finals: readonly number[],
  { slots, maxEpochs, seed = 1 }: { slots: number; maxEpochs: number; seed?: number },
): Played {
  const about = facts(finals.length, maxEpochs)
  const uniform = keyedUniform([seed])
  const trials: Curve[] = []
  for (;;) {
    while (trials.filter(({ state }) => state === 'running').length < slots) {
      const promotion = pruner.promote(trials, about)
      if (promotion) {
        const trial = trials[promotion.trial]!
        expect(trial.state).toBe('paused')
        expect(promotion.epochs).toBeGreaterThan(trial.losses.length)
        expect(promotion.reason).not.toMatch(/NaN|undefined/)
        trials[promotion.trial] = { ...trial, state: 'running', target: promotion.epochs }
      } else if (trials.length < finals.length) {
        trials.push({
          trial: trials.length,
          params: {},
          state: 'running',
          losses: [],
          target: pruner.firstPause(trials.length, about),
        })
      } else break
    }
    const running = trials.filter(({ state }) => state === 'running')
    if (running.length === 0) break
    const { trial, target } = running[Math.floor(uniform() * running.length)]!
    const losses = curveOf(finals[trial]!, target!)
    const state = target === maxEpochs ? 'complete' : 'paused'
    trials[trial] = { trial, params: {}, state, losses }
  }
  return { trials, epochs: trials.reduce((sum, { losses }) => sum + losses.length, 0) }
}

const shuffled = (count: number, seed: number) => {
  const uniform = keyedUniform([seed, count])
  return Array.from({ length: count }, (_, i) => ({ i, u: uniform() }))
    .sort((a, b) => a.u - b.u)
    .map(({ i }) => 1 + i / 10)
}

describe('asynchronous successive halving', () => {
  it.each(golden.halving)(
    'lets go on from a rung whom Optuna does: 1 of $factor from epoch $least on',
    ({ factor, least, ends }) => {
      const rungs = ashaRungs(factor, least, MOST)
      const pruner = asha({ factor, minEpochs: least })
      let compared = 0
      golden.curves.forEach((_, number) => {
        for (const rung of rungs.slice(0, -1)) {
          const here = golden.curves.flatMap((curve, other) =>
            other <= number && (ends[other] ?? MOST) >= rung ? [{ curve, other }] : [],
          )
          // The oracle lets the best of too few go on; here they wait.
          if (here.length < factor || here.at(-1)!.other !== number) continue
          compared++
          const trials = here.map(({ curve, other }): Curve => ({
            trial: other,
            params: {},
            state: other === number ? 'paused' : 'pruned',
            losses: unlagged(curve, rung),
          }))
          expect(pruner.promote(trials, facts(1000))?.trial).toBe(
            ends[number] === rung ? undefined : number,
          )
        }
      })
      expect(compared).toBeGreaterThan(30)
    },
  )

  /** A short curve is read with a lag of one epoch, which is taken from it here. */
  const unlagged = (curve: readonly number[], epochs: number) =>
    epochs < 15 ? curve.slice(1, epochs + 1) : curve.slice(0, epochs)

  it('has rungs at powers of the factor, and the last epoch', () => {
    expect(ashaRungs(3, 3, 52)).toEqual([3, 9, 27, 52])
    expect(ashaRungs(4, 1, 64)).toEqual([1, 4, 16, 64])
    expect(ashaRungs(3, 3, 3)).toEqual([3])
  })

  it('lets nobody go on before a factor of trials has come to the rung', () => {
    const two = [0, 1].map((trial): Curve => ({
      trial,
      params: {},
      state: 'paused',
      losses: curveOf(trial, 3),
    }))
    expect(asha().promote(two, facts(9))).toBeNull()
    const three: Curve[] = [...two, { trial: 2, params: {}, state: 'failed', losses: [] }]
    expect(asha().promote(three, facts(9))).toEqual({
      trial: 0,
      epochs: 9,
      reason: 'number 1 of 3 at epoch 3 with 1 smoothed; 1 goes on',
    })
  })

  it('counts an epoch without a value as run, and a trial without any as the last', () => {
    const trials = [
      [2, NaN, 1.5],
      [NaN, NaN, NaN],
      [3, 3, 3],
    ].map((losses, trial): Curve => ({ trial, params: {}, state: 'paused', losses }))
    expect(asha().promote(trials, facts(9))).toMatchObject({ trial: 0, epochs: 9 })
    const prune = asha().prune(trials[1]!, trials, facts(3, 9))
    expect(prune.reason).toBe('number 3 of 3 at epoch 3 with no value; the best, 1.75, continued')
    expect(JSON.parse(JSON.stringify(prune))).toEqual(prune)
  })

  it('calls smoothed what can have been', () => {
    const ones = [4, 2, 3].map((loss, trial): Curve => ({
      trial,
      params: {},
      state: 'paused',
      losses: [loss],
    }))
    expect(asha({ factor: 3, minEpochs: 1 }).promote(ones, facts(9, 9))!.reason).toBe(
      'number 1 of 3 at epoch 1 with 2; 1 goes on',
    )
  })

  it('says of one left behind whom it stood back for', () => {
    const { trials } = play(asha(), shuffled(18, 1), { slots: 1, maxEpochs: 27 })
    const left = trials.filter(({ state }) => state === 'paused')
    for (const trial of left) {
      const prune = asha().prune(trial, trials, facts(18, 27))
      expect(prune.value).toBeGreaterThanOrEqual(prune.threshold)
      expect(prune.epoch).toBe(trial.losses.length)
      expect(prune.peers!.every(({ epochs }) => epochs <= prune.epoch)).toBe(true)
      expect(prune.reason).toMatch(
        /^number \d+ of \d+ at epoch \d+ with [\d.]+ smoothed; the best( \d+, down to)?,? [\d.]+, continued$/,
      )
    }
    expect(left.length).toBeGreaterThan(10)
  })
})

describe('Hyperband', () => {
  it('has the brackets of the table in the paper for R = 81, η = 3', () => {
    const table = hyperbandBrackets(3, 1, 81).map(({ trials, rungs }) =>
      rungs.map((epochs, i) => [Math.floor(trials / 3 ** i), epochs]),
    )
    expect(table).toEqual([
      [
        [81, 1],
        [27, 3],
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [34, 3],
        [11, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [15, 9],
        [5, 27],
        [1, 81],
      ],
      [
        [8, 27],
        [2, 81],
      ],
      [[5, 81]],
    ])
  })

  it.each(golden.brackets)(
    'deals trials out to brackets as Optuna does for R = $most, η = $factor',
    ({ most, factor, trials }) => {
      expect(hyperbandBrackets(factor, 1, most).map(bracket => bracket.trials)).toEqual(trials)
    },
  )

  it('spends what the table says, and trains as many to their end', () => {
    const { trials, epochs } = play(hyperband({ factor: 3, minEpochs: 1 }), shuffled(143, 2), {
      slots: 1,
      maxEpochs: 81,
    })
    const spent = hyperbandBrackets(3, 1, 81).reduce(
      (sum, { trials, rungs }) =>
        sum +
        rungs.reduce(
          (all, epochs, i) => all + Math.floor(trials / 3 ** i) * (epochs - (rungs[i - 1] ?? 0)),
          0,
        ),
      0,
    )
    expect(epochs).toBe(spent)
    expect(trials.filter(({ state }) => state === 'complete').length).toBe(1 + 1 + 1 + 2 + 5)
  })

  it('lets the same trials go on whatever their order of arrival and the number of slots', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        fc.nat(),
        (count, slots, seed) => {
          const finals = shuffled(count, seed)
          const one = play(hyperband({ factor: 3, minEpochs: 1 }), finals, {
            slots: 1,
            maxEpochs: 27,
          })
          const many = play(hyperband({ factor: 3, minEpochs: 1 }), finals, {
            slots,
            maxEpochs: 27,
            seed,
          })
          expect(many.trials.map(({ losses }) => losses.length)).toEqual(
            one.trials.map(({ losses }) => losses.length),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('waits for the slowest of a rung, and begins the next bracket meanwhile', () => {
    const pruner = hyperband({ factor: 3, minEpochs: 3 })
    const trials = Array.from({ length: 9 }, (_, trial): Curve =>
      trial === 4
        ? { trial, params: {}, state: 'running', losses: [], target: 3 }
        : { trial, params: {}, state: 'paused', losses: curveOf(trial, 3) },
    )
    expect(pruner.promote(trials, facts(17, 27))).toBeNull()
    expect(pruner.firstPause(9, facts(17, 27))).toBe(9)
    expect(
      pruner.promote(
        trials.map(trial => ({
          ...trial,
          state: trial.trial === 4 ? ('failed' as const) : trial.state,
        })),
        facts(17, 27),
      ),
    ).toMatchObject({ trial: 0, epochs: 9 })
  })
})

describe.each([
  ['asha', asha({ factor: 3, minEpochs: 1 })],
  ['asha from the third epoch on', asha()],
  ['hyperband', hyperband({ factor: 3, minEpochs: 1 })],
  ['hyperband from the third epoch on', hyperband()],
  ['hyperband by halves', hyperband({ factor: 2, minEpochs: 2 })],
])('%s', (_, pruner) => {
  const studies = fc.record({
    count: fc.integer({ min: 1, max: 30 }),
    slots: fc.integer({ min: 1, max: 6 }),
    maxEpochs: fc.integer({ min: 1, max: 30 }),
    seed: fc.nat(),
  })

  it('brings every study to an end with a trial trained to its end, and tells why the others were given up', () => {
    fc.assert(
      fc.property(studies, ({ count, slots, maxEpochs, seed }) => {
        const { trials } = play(pruner, shuffled(count, seed), { slots, maxEpochs, seed })
        expect(trials.some(({ state }) => state === 'complete')).toBe(true)
        for (const trial of trials.filter(({ state }) => state === 'paused')) {
          const prune = pruner.prune(trial, trials, facts(count, maxEpochs))
          expect(prune.value).toBeGreaterThanOrEqual(prune.threshold)
          expect(JSON.parse(JSON.stringify(prune))).toEqual(prune)
          expect(prune.peers!.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 80 },
    )
  })

  it('goes on where trials end early or fail', () => {
    fc.assert(
      fc.property(
        studies,
        fc.array(fc.constantFrom('complete', 'failed', 'pruned', 'paused'), {
          minLength: 30,
          maxLength: 30,
        }),
        ({ count, maxEpochs, seed }, states) => {
          const finals = shuffled(count, seed)
          const trials = finals.map((final, trial): Curve => {
            const state = states[trial]!
            const epochs =
              state === 'paused'
                ? pruner.firstPause(trial, facts(count, maxEpochs))
                : 1 + (trial % maxEpochs)
            return {
              trial,
              params: {},
              state: epochs >= maxEpochs ? 'complete' : state,
              losses: curveOf(final, epochs),
            }
          })
          for (let step = 0; ; step++) {
            const promotion = pruner.promote(trials, facts(count, maxEpochs))
            if (!promotion) break
            expect(step).toBeLessThan(200)
            trials[promotion.trial] = {
              trial: promotion.trial,
              params: {},
              state: promotion.epochs >= maxEpochs ? 'complete' : 'paused',
              losses: curveOf(finals[promotion.trial]!, promotion.epochs),
            }
          }
          for (const trial of trials.filter(({ state }) => state === 'paused'))
            expect(pruner.prune(trial, trials, facts(count, maxEpochs)).kind).toBe('rung')
        },
      ),
      { numRuns: 80 },
    )
  })
})
