import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
// @ts-expect-error: a script without types
import { curveTables } from '../../scripts/bench-search/curve-table.mjs'

interface Table {
  readonly dataset: string
  readonly epochs: number
  readonly losses: readonly number[]
  curve(params: object): readonly number[]
}
interface Row {
  readonly dataset: string
  readonly params: { readonly learningRate: number; readonly batchSize: number }
  readonly valLoss: readonly number[]
}

const tables = curveTables() as readonly Table[]
const file = new URL('../../benchmarks/curves/pebble.jsonl', import.meta.url)
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(line => JSON.parse(line) as Row)

describe('the learning curves of the shipped model', () => {
  it('are two data sets of 8 learning rates, 3 batch sizes and 10 epochs', () => {
    expect(tables.map(({ dataset, epochs }) => [dataset, epochs])).toEqual([
      ['quickstart', 10],
      ['sums', 10],
    ])
    expect(rows).toHaveLength(48)
  })

  it('are themselves at the grid points', () => {
    for (const { dataset, params, valLoss } of rows) {
      const curve = tables.find(table => table.dataset === dataset)!.curve(params)
      curve.forEach((loss, i) => expect(loss).toBeCloseTo(valLoss[i]!, 8))
    }
  })

  it('lie between their neighbors elsewhere', () => {
    for (const table of tables) {
      const [low, high, between] = [5e-4, 1.1e-3, 8e-4].map(learningRate =>
        table.curve({ learningRate, batchSize: 8 }),
      )
      between!.forEach((loss, i) => {
        expect(loss).toBeGreaterThanOrEqual(Math.min(low![i]!, high![i]!) - 1e-12)
        expect(loss).toBeLessThanOrEqual(Math.max(low![i]!, high![i]!) + 1e-12)
      })
      expect(table.losses[0]).toBeLessThan(table.losses.at(-1)!)
    }
  })
})
