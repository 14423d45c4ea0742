// Any program can be tuned that takes its settings as arguments and prints a line of JSON after
// each epoch. This one fits a curve by gradient descent, in plain JavaScript; it knows nothing of
// tune but the three things that are marked.
//
//   node train.mjs --lr 0.05 --degree 5 --epochs 30
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    lr: { type: 'string', default: '0.1' },
    degree: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
})
const learningRate = Number(values.lr)
const degree = Number(values.degree)
const epochs = Number(values.epochs)
const uniform = generator(Number(values.seed))

const wave = x => Math.sin(3 * x) + 0.3 * (uniform() - 0.5)
const sample = count =>
  Array.from({ length: count }, () => 2 * uniform() - 1).map(x => ({ x, y: wave(x) }))
const training = sample(40)
const validation = sample(200)

// 1. Where an earlier attempt was interrupted, go on from what it had saved.
const resume = process.env.TUNE_RESUME_DIR
let { epoch, weights } = resume
  ? JSON.parse(readFileSync(join(resume, 'model.json'), 'utf8'))
  : { epoch: 0, weights: new Array(degree + 1).fill(0) }

const predict = x => weights.reduceRight((sum, weight) => sum * x + weight, 0)
const lossOn = points =>
  points.reduce((sum, { x, y }) => sum + (predict(x) - y) ** 2, 0) / points.length

while (epoch < epochs) {
  epoch++
  for (let step = 0; step < 50; step++) {
    const gradient = weights.map(
      (_, power) =>
        training.reduce((sum, { x, y }) => sum + 2 * (predict(x) - y) * x ** power, 0) /
        training.length,
    )
    weights = weights.map((weight, power) => weight - learningRate * gradient[power])
  }
  // 2. Save before the epoch is reported; what is best is copied from here to the study's export.
  const checkpoint = join(process.env.TUNE_CHECKPOINT_DIR ?? 'checkpoint', `epoch-${epoch}`)
  mkdirSync(checkpoint, { recursive: true })
  writeFileSync(join(checkpoint, 'model.json'), JSON.stringify({ epoch, weights }))
  // 3. One line an epoch.
  console.log(
    JSON.stringify({
      epoch,
      loss: lossOn(training),
      valLoss: lossOn(validation),
      checkpoint: `epoch-${epoch}`,
    }),
  )
}

/** mulberry32 */
function generator(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
