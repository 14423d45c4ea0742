import { describe, expect, it } from 'vitest'
import type { Curve } from '../../../src/record/curve.js'
import type { Allocation } from '../../../src/search/contract/allocator.js'
import { epochAware } from '../../../src/search/epoch-aware/epoch-aware.js'
import { winningEpoch } from '../../../src/ranking/index.js'
import { configurationKey } from '../../../src/space/configurations.js'
import { contains, type Params, type Space } from '../../../src/space/parameter.js'

const MOST = 20
const space: Space = [
  { kind: 'float', name: 'learningRate', low: 1e-5, high: 1e-1, scale: 'log' },
  { kind: 'int', name: 'batchSize', low: 1, high: 64, scale: 'log' },
  { kind: 'float', name: 'dropout', low: 0, high: 1, scale: 'linear' },
  { kind: 'categorical', name: 'schedule', choices: ['constant', 'linear', 'cosine'] },
]
const final = ({ learningRate, batchSize, dropout, schedule }: Params) =>
  1 +
  0.2 * (Math.log10(Number(learningRate)) + 3) ** 2 +
  0.05 * (Math.log2(Number(batchSize)) - 3) ** 2 +
  0.5 * (Number(dropout) - 0.2) ** 2 +
  (schedule === 'cosine' ? 0 : 0.1)
const curve = (params: Params, epochs: number) =>
  Array.from(
    { length: epochs },
    (_, i) => final(params) + 2 * (1 / Math.sqrt(i + 1) - 1 / Math.sqrt(MOST)),
  )

const allocator = epochAware({ initial: 4 })

function play(budget: number, seed: number, more: { minGainPerEpoch?: number } = {}) {
  const trials: Curve[] = []
  const decisions: Allocation[] = []
  for (let step = 0, spent = 0; spent < budget; step++) {
    const decision = allocator.allocate(space, trials, {
      seed,
      step,
      maxEpochs: MOST,
      remaining: budget - spent,
      ...more,
    })
    decisions.push(decision)
    if (decision.kind === 'exhausted') break
    const index = decision.kind === 'start' ? trials.length : decision.trial
    const params = decision.kind === 'start' ? decision.params : trials[index]!.params
    const had = trials[index]?.losses.length ?? 0
    expect(decision.epochs).toBeGreaterThan(had)
    expect(decision.epochs).toBeLessThanOrEqual(MOST)
    trials[index] = {
      trial: index,
      params,
      state: 'paused',
      losses: curve(params, Math.min(decision.epochs, had + budget - spent)),
    }
    spent += trials[index]!.losses.length - had
  }
  return { trials, decisions }
}

const winner = (trials: readonly Curve[]) =>
  winningEpoch(trials, { space, seed: 1, stagedEpochs: MOST })!

describe('epoch-aware search', () => {
  const { trials, decisions } = play(300, 1)

  it('pauses trials and goes on with some of them, so that more configurations are seen than full trainings would pay for', () => {
    expect(trials.length).toBeGreaterThan(300 / MOST + 5)
    expect(decisions.some(({ kind }) => kind === 'resume')).toBe(true)
    expect(trials.some(({ losses }) => losses.length < MOST)).toBe(true)
  })

  it('finds what is within 3% of the best for the epochs of fifteen trainings', () => {
    const { trial, epoch } = winner(trials)
    expect(trials[trial]!.losses[epoch - 1]).toBeLessThan(1.03)
  })

  it('stays inside the space and begins no configuration twice', () => {
    expect(trials.every(({ params }) => contains(space, params))).toBe(true)
    expect(new Set(trials.map(({ params }) => configurationKey(space, params))).size).toBe(
      trials.length,
    )
  })

  it('says of each decision what is done and why', () => {
    for (const decision of decisions.slice(4)) {
      if (decision.kind === 'exhausted') continue
      expect(decision.rationale.text).toMatch(
        /^(a new trial|trial \d+ continues) to (its end, epoch \d+|epoch \d+, and further only if that is worth its epochs): expected to reach /,
      )
      expect(decision.rationale.text).not.toMatch(/NaN|Infinity|undefined/)
    }
  })

  it('decides the same again from the same records', () => {
    const request = { seed: 1, step: decisions.length, maxEpochs: MOST, remaining: 40 }
    expect(allocator.allocate(structuredClone(space), structuredClone(trials), request)).toEqual(
      allocator.allocate(space, trials, request),
    )
  })

  it('does not begin a running configuration again, nor one next to it', () => {
    const running: Curve[] = [...trials]
    const begun: Params[] = []
    for (let slot = 0; slot < 4; slot++) {
      const decision = allocator.allocate(space, running, {
        seed: 1,
        step: 500 + slot,
        maxEpochs: MOST,
      })
      if (decision.kind === 'exhausted') throw new Error(decision.reason)
      if (decision.kind === 'start') {
        begun.push(decision.params)
        running.push({
          trial: running.length,
          params: decision.params,
          losses: [],
          state: 'running',
          target: decision.epochs,
        })
      } else {
        expect(running[decision.trial]!.state).toBe('paused')
        running[decision.trial] = {
          ...running[decision.trial]!,
          state: 'running',
          target: decision.epochs,
        }
      }
    }
    expect(new Set(begun.map(params => configurationKey(space, params))).size).toBe(begun.length)
  })

  it('ends when another epoch is not worth what it costs, with the figures', () => {
    const { decisions } = play(3000, 1, { minGainPerEpoch: 0.002 })
    expect(decisions.at(-1)).toMatchObject({ kind: 'exhausted' })
    expect((decisions.at(-1) as { reason: string }).reason).toMatch(
      /another epoch is expected to gain [\d.e-]+ at most, less than minGainPerEpoch, 0.002/,
    )
  })

  it('goes on when all trials failed', () => {
    const failed = trials
      .slice(0, 6)
      .map((trial): Curve => ({ ...trial, losses: [], state: 'failed' }))
    expect(allocator.allocate(space, failed, { seed: 1, step: 6, maxEpochs: MOST }).kind).toBe(
      'start',
    )
  })

  it('does not take the dip of a jagged curve for its loss', () => {
    const losses = Array.from({ length: MOST }, (_, epoch) =>
      epoch === 9 ? 0.9 : 1.5 + 0.2 * (epoch % 2),
    )
    const params = { learningRate: 2e-3, batchSize: 9, dropout: 0.3, schedule: 'linear' }
    const jagged: Curve = { trial: trials.length, params, losses, state: 'complete' }
    expect(winner([...trials, jagged])).toEqual(winner(trials))
  })

  it('believes the model rather than the luckiest epoch where losses are noisy', () => {
    const lucky = trials.map(({ losses, ...trial }, i) => ({
      ...trial,
      losses: losses.map(
        (loss, epoch) => loss * (1 + 0.02 * Math.sin(7.1 * epoch + i) * (epoch % 2 ? 1 : -1)),
      ),
    }))
    const chosen = winner(lucky)
    expect(trials[chosen.trial]!.losses[chosen.epoch - 1]).toBeLessThan(1.06)
  })
})
