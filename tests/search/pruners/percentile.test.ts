import { describe, expect, it } from 'vitest'
import { medianPruner, percentile } from '../../../src/search/pruners/percentile.js'
import type { PrunedCurve } from '../../../src/search/contract/pruner.js'
import golden from '../../golden/pruners.json' with { type: 'json' }

const MOST = golden.curves[0]!.length

describe('the percentile pruner', () => {
  it.each(golden.percentile)(
    'gives trials up where Optuna does: $percent% of $peers or more, $direction',
    ({ percent, direction, peers, warmup, ends }) => {
      const facts = { maxEpochs: MOST, direction: direction as 'minimize' | 'maximize', trials: 40 }
      // The oracle was shown the curves of a study to be maximised upside down, so turned to be
      // minimised they are the same.
      const pruner =
        percent === 50 ? medianPruner({ peers, warmup }) : percentile(percent, { peers, warmup })
      const trials: PrunedCurve[] = []
      golden.curves.forEach((curve, number) => {
        const end =
          curve.findIndex(
            (_, i) =>
              pruner.judge(
                { number, state: 'running', curve: curve.slice(0, i + 1) },
                trials,
                facts,
              ) !== null,
          ) + 1
        expect(end || null).toBe(ends[number])
        trials.push(
          end
            ? { number, state: 'pruned', curve: curve.slice(0, end) }
            : { number, state: 'complete', curve },
        )
      })
    },
  )

  const falling = (to: number, epochs: number) =>
    Array.from({ length: epochs }, (_, i) => to + 1 / (i + 1))
  const facts = { maxEpochs: 10, direction: 'minimize' as const, trials: 20 }
  const finished = (...finals: number[]): PrunedCurve[] =>
    finals.map((final, number) => ({ number, state: 'complete', curve: falling(final, 10) }))
  const running = (curve: readonly number[]): PrunedCurve => ({
    number: 99,
    state: 'running',
    curve,
  })

  it('says what was compared with what, in the direction of the study', () => {
    const peers = finished(1, 2, 3, 4, 5)
    const prune = medianPruner().judge(running(falling(3.5, 5)), peers, facts)
    expect(prune).toEqual({
      kind: 'median',
      epoch: 5,
      value: 3.75,
      threshold: 3.25,
      reason:
        'its best by epoch 5, 3.75 smoothed, is above 3.25, the median of what 5 finished trials had by then',
      peers: [0, 1, 2, 3, 4].map(trial => ({ trial, epochs: 5 })),
    })
    const turned = percentile(25).judge(running(falling(3.5, 5)), peers, {
      ...facts,
      direction: 'maximize',
    })
    expect(turned).toMatchObject({ kind: 'percentile', value: -3.75, threshold: -2.25 })
    expect(turned!.reason).toBe(
      'its best by epoch 5, -3.75 smoothed, is below -2.25, the 25th percentile of what 5 finished trials had by then',
    )
  })

  it('judges nobody by fewer finished trials than it needs, in the first epochs, or at the end', () => {
    const bad = running(falling(9, 5))
    expect(medianPruner().judge(bad, finished(1, 2, 3, 4), facts)).toBeNull()
    expect(
      medianPruner().judge(
        bad,
        finished(1, 2, 3, 4, 5).map(peer => ({ ...peer, state: 'running' as const })),
        facts,
      ),
    ).toBeNull()
    expect(medianPruner().judge(running(falling(9, 2)), finished(1, 2, 3, 4, 5), facts)).toBeNull()
    expect(medianPruner().judge(running(falling(9, 10)), finished(1, 2, 3, 4, 5), facts)).toBeNull()
    expect(
      medianPruner().judge(running(falling(9, 3)), finished(1, 2, 3, 4, 5), facts),
    ).not.toBeNull()
  })

  it('is moved by one unlucky epoch neither of the trial nor of its peers', () => {
    const peers = finished(1, 2, 3, 4, 5)
    const good = falling(2.9, 6)
    expect(medianPruner().judge(running([...good.slice(0, 5), 30]), peers, facts)).toBeNull()
    const lucky = peers.map(peer => ({
      ...peer,
      curve: peer.curve.map((loss, i) => (i === 3 ? 0 : loss)),
    }))
    expect(medianPruner().judge(running(good), lucky, facts)).toBeNull()
    expect(medianPruner().judge(running([...falling(9, 4), 0, 9]), peers, facts)).not.toBeNull()
  })

  it('looks at nothing that peers did after the epoch', () => {
    const peers = finished(1, 2, 3, 4, 5)
    const later = peers.map(peer => ({
      ...peer,
      curve: peer.curve.map((loss, i) => (i < 5 ? loss : loss * 1e-3)),
    }))
    const trial = running(falling(3.5, 5))
    expect(medianPruner().judge(trial, later, facts)).toEqual(
      medianPruner().judge(trial, peers, facts),
    )
  })

  it('leaves a trial without a number to others, and passes over peers without one', () => {
    const peers = finished(1, 2, 3, 4, 5)
    expect(medianPruner().judge(running([NaN, NaN, NaN]), peers, facts)).toBeNull()
    expect(
      medianPruner().judge(
        running(falling(9, 5)),
        [...peers.slice(1), { ...peers[0]!, curve: [NaN, Infinity] }],
        facts,
      ),
    ).toBeNull()
  })
})
