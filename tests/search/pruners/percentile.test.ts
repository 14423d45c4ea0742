import { describe, expect, it } from 'vitest'
import { median, percentile } from '../../../src/search/pruners/percentile.js'
import type { Curve } from '../../../src/record/curve.js'
import golden from '../../golden/pruners.json' with { type: 'json' }

const MOST = golden.curves[0]!.length

describe('the percentile pruner', () => {
  it.each(golden.percentile)(
    'gives trials up where Optuna does: $percent% of $peers or more, $direction',
    ({ percent, direction, peers, warmup, ends }) => {
      const facts = {
        maxEpochs: MOST,
        direction: direction as 'minimize' | 'maximize',
        trialCount: 40,
      }
      // The oracle was shown the curves of a study to be maximised upside down, so turned to be
      // minimised they are the same.
      const pruner =
        percent === 50
          ? median({ peers, warmupEpochs: warmup })
          : percentile({ percent, peers, warmupEpochs: warmup })
      const trials: Curve[] = []
      golden.curves.forEach((curve, trial) => {
        const end =
          curve.findIndex(
            (_, i) =>
              pruner.judge(
                { trial, params: {}, state: 'running', losses: curve.slice(0, i + 1) },
                trials,
                facts,
              ) !== null,
          ) + 1
        expect(end || null).toBe(ends[trial])
        trials.push(
          end
            ? { trial, params: {}, state: 'pruned', losses: curve.slice(0, end) }
            : { trial, params: {}, state: 'complete', losses: curve },
        )
      })
    },
  )

  const falling = (to: number, epochs: number) =>
    Array.from({ length: epochs }, (_, i) => to + 1 / (i + 1))
  const facts = { maxEpochs: 10, direction: 'minimize' as const, trialCount: 20 }
  const finished = (...finals: number[]): Curve[] =>
    finals.map((final, trial) => ({
      trial,
      params: {},
      state: 'complete',
      losses: falling(final, 10),
    }))
  const running = (losses: readonly number[]): Curve => ({
    trial: 99,
    params: {},
    state: 'running',
    losses,
  })

  it('says what was compared with what, in the direction of the study', () => {
    const peers = finished(1, 2, 3, 4, 5)
    const prune = median().judge(running(falling(3.5, 5)), peers, facts)
    expect(prune).toEqual({
      kind: 'median',
      epoch: 5,
      value: 3.75,
      threshold: 3.25,
      reason:
        'its best by epoch 5, 3.75 smoothed, is above 3.25, the median of what 5 finished trials had by then',
      peers: [0, 1, 2, 3, 4].map(trial => ({ trial, epochs: 5 })),
    })
    const turned = percentile({ percent: 25 }).judge(running(falling(3.5, 5)), peers, {
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
    expect(median().judge(bad, finished(1, 2, 3, 4), facts)).toBeNull()
    expect(
      median().judge(
        bad,
        finished(1, 2, 3, 4, 5).map(peer => ({ ...peer, state: 'running' as const })),
        facts,
      ),
    ).toBeNull()
    expect(median().judge(running(falling(9, 2)), finished(1, 2, 3, 4, 5), facts)).toBeNull()
    expect(median().judge(running(falling(9, 10)), finished(1, 2, 3, 4, 5), facts)).toBeNull()
    expect(median().judge(running(falling(9, 3)), finished(1, 2, 3, 4, 5), facts)).not.toBeNull()
  })

  it('is moved by one unlucky epoch neither of the trial nor of its peers', () => {
    const peers = finished(1, 2, 3, 4, 5)
    const good = falling(2.9, 6)
    expect(median().judge(running([...good.slice(0, 5), 30]), peers, facts)).toBeNull()
    const lucky = peers.map(peer => ({
      ...peer,
      losses: peer.losses.map((loss, i) => (i === 3 ? 0 : loss)),
    }))
    expect(median().judge(running(good), lucky, facts)).toBeNull()
    expect(median().judge(running([...falling(9, 4), 0, 9]), peers, facts)).not.toBeNull()
  })

  it('looks at nothing that peers did after the epoch', () => {
    const peers = finished(1, 2, 3, 4, 5)
    const later = peers.map(peer => ({
      ...peer,
      losses: peer.losses.map((loss, i) => (i < 5 ? loss : loss * 1e-3)),
    }))
    const trial = running(falling(3.5, 5))
    expect(median().judge(trial, later, facts)).toEqual(median().judge(trial, peers, facts))
  })

  it('leaves a trial without a number to others, and passes over peers without one', () => {
    const peers = finished(1, 2, 3, 4, 5)
    expect(median().judge(running([NaN, NaN, NaN]), peers, facts)).toBeNull()
    expect(
      median().judge(
        running(falling(9, 5)),
        [...peers.slice(1), { ...peers[0]!, losses: [NaN, Infinity] }],
        facts,
      ),
    ).toBeNull()
  })
})
