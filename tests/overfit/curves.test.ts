import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { mean } from '../../src/math/statistics.js'
import { judge, earlyStoppingRules, stopEpoch } from '../../src/overfit/index.js'
import { epochsOf, historyOf } from './histories.js'

interface Labelled {
  readonly label: string
  readonly min_epoch: number
  readonly curve: readonly number[]
  readonly mild: readonly number[]
  readonly rough: readonly number[]
}

const file = new URL('../../../shared/bench/public/curves.jsonl.gz', import.meta.url)
const here = existsSync(file)

/**
 * Every fifth of 400 labelled curves: enough to see a judge that has gone wrong. `npm run
 * bench:overfit` has all of them.
 */
const curves = here
  ? gunzipSync(readFileSync(file))
      .toString()
      .trim()
      .split('\n')
      .filter((_, i) => i % 5 === 0)
      .map(line => JSON.parse(line) as Labelled)
  : []

const regretOf = ({ curve, min_epoch }: Labelled, kept: number) => {
  const least = curve[min_epoch - 1]!
  return (curve[kept - 1]! - least) / Math.max(curve[0]! - least, 0.05 * least)
}
const utilityOf = (outcomes: readonly { readonly stop: number; readonly regret: number }[]) =>
  mean(outcomes.map(({ stop, regret }) => (52 - stop) / 52 - 10 * regret))

describe.skipIf(!here)('on labelled learning curves (../shared/bench)', () => {
  it.each([
    ['curve', 0.85, 0.12],
    ['mild', 0.8, 0],
    ['rough', 0.65, -0.45],
  ] as const)(
    '%s: the verdict is right when it stops, and stopping is worth more than not to, or than the best classic rule',
    (variant, right, worth) => {
      const judged = curves.map(each => {
        const said = epochsOf(
          judge,
          historyOf(each[variant], undefined, { budget: 52, schedule: 'cosine' }),
        )
        const last = said.at(-1)!
        return {
          right: last.kind === each.label,
          stop: said.length,
          regret: regretOf(each, last.bestEpoch),
        }
      })
      const classic = curves.map(each => {
        const stop =
          stopEpoch(earlyStoppingRules.create('UP(2)'), historyOf(each[variant]).epochs) ?? 52
        const seen = each[variant].slice(0, stop)
        return { stop, regret: regretOf(each, seen.indexOf(Math.min(...seen)) + 1) }
      })
      expect(judged.filter(each => each.right).length / judged.length).toBeGreaterThan(right)
      expect(utilityOf(judged)).toBeGreaterThan(worth)
      expect(utilityOf(judged)).toBeGreaterThan(utilityOf(classic))
    },
  )
})
