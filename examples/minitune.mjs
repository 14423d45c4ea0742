// Hyperparameter search in 60 lines: decide, train, record. The real program is this loop with
// better decisions, real trainings and a record on disk. Run it: node examples/minitune.mjs
import { pathToFileURL } from 'node:url'

/** @typedef {{ learningRate: number, epochs: number }} Params */
/** @typedef {{ number: number, params: Params, rationale: string, losses: number[] }} Trial */

/** A training as a formula. @type {(params: Params, epoch: number) => number} */
const valLoss = ({ learningRate }, epoch) =>
  1 + (Math.log10(learningRate) + 3) ** 2 + 1 / epoch + 0.01 * Math.max(0, epoch - 4) ** 2

/**
 * Decide: a pure function of the record, so that every decision can be replayed. The first trials
 * are spread over the space; each further one is near the best so far.
 * @type {(trials: readonly Trial[], seed: number) => Pick<Trial, 'params' | 'rationale'>}
 */
export function decide(trials, seed) {
  const { length } = trials
  const near = length < 4 ? undefined : winner(trials)
  const exponent = near
    ? Math.log10(near.params.learningRate) + (2 * uniform(seed, length) - 1) / Math.sqrt(length)
    : -5 + length + uniform(seed, length)
  const rationale = near ? `near trial ${near.number}` : 'spread over the space'
  return { params: { learningRate: 10 ** exponent, epochs: 12 }, rationale }
}

/**
 * Train: epoch by epoch, ended early once the loss has not improved for two epochs.
 * @type {(params: Params) => Generator<number, void>}
 */
function* train(params) {
  const losses = []
  for (let epoch = 1; epoch <= params.epochs; epoch++) {
    losses.push(valLoss(params, epoch))
    yield losses[epoch - 1]
    if (Math.min(...losses) < Math.min(...losses.slice(-2))) return
  }
}

/** A trial counts by its best epoch. @type {(trials: readonly Trial[]) => Trial | undefined} */
export const winner = trials =>
  [...trials].sort((a, b) => Math.min(...a.losses) - Math.min(...b.losses))[0]

/** The loop. @type {(count: number, seed?: number) => readonly Trial[]} */
export function minitune(count, seed = 1) {
  const record = /** @type {Trial[]} */ ([])
  while (record.length < count) {
    const { params, rationale } = decide(record, seed)
    record.push({ number: record.length, params, rationale, losses: [...train(params)] })
  }
  return record
}

/** A number in [0, 1) from two keys. @type {(seed: number, key: number) => number} */
function uniform(seed, key) {
  const mixed = Math.imul(seed ^ Math.imul(key + 1, 0x9e3779b1), 0x85ebca6b)
  const spread = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((spread ^ (spread >>> 16)) >>> 0) / 2 ** 32
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(minitune(10))
