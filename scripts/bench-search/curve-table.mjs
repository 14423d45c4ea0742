// The learning curves in benchmarks/curves as problems for a search.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './options.mjs'

const folder = join(root, 'benchmarks/curves')

/** @returns one table for each data set, in order of name */
export function curveTables() {
  const rows = readdirSync(folder)
    .filter(name => name.endsWith('.jsonl'))
    .flatMap(name => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean))
    .map(line => JSON.parse(line))
  return [...new Set(rows.map(({ dataset }) => dataset))].sort().map(
    dataset =>
      new CurveTable(
        dataset,
        rows.filter(row => row.dataset === dataset),
      ),
  )
}

/**
 * One data set's trainings on a grid of learning rates and batch sizes. Between grid points the
 * logarithm of the validation loss is interpolated linearly in the logarithms of both, so that
 * samplers search a continuous learning rate and whole batch sizes. After a divergence the loss is
 * that of the worst epoch of all trainings.
 */
export class CurveTable {
  #rates
  #sizes
  #curves = new Map()

  constructor(dataset, rows) {
    this.dataset = dataset
    this.epochs = Math.max(...rows.map(({ valLoss }) => valLoss.length))
    this.#rates = ascending(rows.map(({ params }) => params.learningRate))
    this.#sizes = ascending(rows.map(({ params }) => params.batchSize))
    const worst = Math.max(...rows.flatMap(({ valLoss }) => valLoss).filter(Number.isFinite))
    for (const { params, valLoss } of rows) {
      const losses = Array.from({ length: this.epochs }, (_, i) => valLoss[i] ?? worst)
      this.#curves.set(`${params.learningRate} ${params.batchSize}`, losses.map(Math.log))
    }
    const grid = this.#rates.length * this.#sizes.length
    if (this.#curves.size !== grid)
      throw new Error(`${dataset}: ${this.#curves.size} trainings where the grid has ${grid}`)
  }

  /** The space, as adapters of the benchmark get it. */
  get params() {
    const [rates, sizes] = [this.#rates, this.#sizes]
    return [
      { name: 'learningRate', type: 'float', low: rates[0], high: rates.at(-1), log: true },
      { name: 'batchSize', type: 'int', low: sizes[0], high: sizes.at(-1), log: true },
    ]
  }

  /** Validation losses of epochs 1 to the last. */
  curve({ learningRate, batchSize }) {
    const corners = place(this.#rates, learningRate).flatMap(([rate, a]) =>
      place(this.#sizes, batchSize).map(([size, b]) => [
        this.#curves.get(`${rate} ${size}`),
        a * b,
      ]),
    )
    return Array.from({ length: this.epochs }, (_, i) =>
      Math.exp(corners.reduce((sum, [logs, weight]) => sum + weight * logs[i], 0)),
    )
  }

  /** The lowest losses of configurations spread over the space, ascending: 101 rates a size. */
  get losses() {
    const [low, high] = [Math.log(this.#rates[0]), Math.log(this.#rates.at(-1))]
    const sizes = Array.from(
      { length: this.#sizes.at(-1) - this.#sizes[0] + 1 },
      (_, i) => this.#sizes[0] + i,
    )
    return sizes
      .flatMap(batchSize =>
        Array.from({ length: 101 }, (_, i) => {
          const learningRate = Math.exp(low + ((high - low) * i) / 100)
          return Math.min(...this.curve({ learningRate, batchSize }))
        }),
      )
      .sort((a, b) => a - b)
  }
}

function ascending(values) {
  return [...new Set(values)].sort((a, b) => a - b)
}

/** The neighbors of a value on an axis, with their weights. */
function place(axis, value) {
  const above = axis.findIndex(point => point >= value * (1 - 1e-12))
  if (above === 0) return [[axis[0], 1]]
  if (above < 0) return [[axis.at(-1), 1]]
  const [low, high] = [axis[above - 1], axis[above]]
  const share = Math.log(value / low) / Math.log(high / low)
  return [
    [low, 1 - share],
    [high, share],
  ]
}
