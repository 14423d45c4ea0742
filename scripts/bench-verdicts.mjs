// The judge's verdicts on real fine-tunings beside what training on to three times the epochs
// shows: `npm run bench:verdicts`.
//
// Small Llama on 20, 100 and 400 examples, learning rates from too small to absurd, three seeds,
// constant rate. Each training runs for 30 epochs; the judge sees the first 10 as if they were all,
// and what follows says whether it was right.
//
//   --seeds N   seeds a learning rate (3)      --sizes 20,100,400   examples (all three)
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = new URL('..', import.meta.url)
const shared = name => fileURLToPath(new URL(`../shared/${name}`, root))
const model = shared('models/stories260K')
const source = shared('data/gsm8k-train-1000.jsonl')
if (!existsSync(model) || !existsSync(source)) {
  console.log(`skipped: no model at ${model}, or no data at ${source}`)
  process.exit(0)
}
const { runJob, closeFinetune } = await import(new URL('dist/training/index.js', root).href)
const { judge } = await import(new URL('dist/overfit/index.js', root).href)

const BUDGET = 10
const LONG = 3 * BUDGET
const RATES = [1e-5, 1e-3, 1e-2, 1]
/** Tokens of an example. */
const LENGTH = 160
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '20,100,400' },
  },
})
const seeds = Number(values.seeds)
const sizes = values.sizes.split(',').map(Number)
const lines = readFileSync(source, 'utf8').trim().split('\n').map(shortened)
const work = mkdtempSync(join(tmpdir(), 'tune-verdicts-'))

/**
 * The sentence that asks, and the first step of the answer: what a model of this size can be taught
 * in the time.
 */
function shortened(line) {
  const { question, answer } = JSON.parse(line)
  return JSON.stringify({
    prompt: question.split(/(?<=[.!]) /).at(-1),
    answer: answer.split('\n')[0].replace(/<<.*?>>/g, ''),
  })
}

/**
 * What the whole run shows of its first third: nats that count are 2% of the best loss, less than
 * another draw of the examples would change it by.
 */
function truthOf(losses, start) {
  const head = losses.slice(0, BUDGET)
  const best = Math.min(...head)
  const later = Math.min(...losses.slice(BUDGET))
  const end = losses.slice(-3).reduce((sum, loss) => sum + loss, 0) / 3
  const counts = 0.02 * best
  if (!losses.every(Number.isFinite) || end > start + counts)
    return best < start - counts ? ['overfit', 'diverged'] : ['diverged']
  if (later < best - counts) return ['still-improving']
  return [end > best + counts ? 'overfit' : 'plateau']
}

async function curveOf(data, learningRate, seed) {
  const training = {
    schedule: 'constant',
    warmupSteps: 0,
    weightDecay: 0,
    clipNorm: 1,
    maxLength: LENGTH,
  }
  const task = { kind: 'finetune', model, data, validation: 0.25, probes: [], training }
  const { valLoss: start, data: counts } = await runJob({ kind: 'prepare', task, seed }, {})
  const port = {
    judge: () => ({ kind: 'too-early', reason: '', bestEpoch: 1, confidence: 0, stop: false }),
    epoch() {},
    progress() {},
    stopRequested: () => false,
  }
  const job = {
    kind: 'train',
    task,
    seed,
    trial: 0,
    attempt: 1,
    params: { learningRate, batchSize: 8, epochs: LONG },
    earlyStopping: 'off',
    epochCounts: [],
    checkpointDir: join(work, 'checkpoint'),
    resumeFrom: [],
  }
  const { kind, history } = await runJob(job, port)
  rmSync(job.checkpointDir, { recursive: true, force: true })
  return {
    start,
    counts,
    history:
      kind === 'diverged'
        ? [...history, { epoch: history.length + 1, loss: NaN, valLoss: NaN }]
        : history,
  }
}

let right = 0
let all = 0
console.log(
  `| examples | learning rate | seed | verdict on ${BUDGET} epochs | sure | best epoch | loss: start, best of ${BUDGET}, epoch ${BUDGET}, best of ${LONG}, epoch ${LONG} | ${LONG} epochs show | |`,
)
console.log('|--:|--:|--:|---|--:|--:|---|---|---|')
for (const size of sizes) {
  const data = join(work, `${size}.jsonl`)
  writeFileSync(data, `${lines.slice(0, size).join('\n')}\n`)
  for (const rate of RATES) {
    for (let seed = 1; seed <= seeds; seed++) {
      const { start, counts, history } = await curveOf(data, rate, seed)
      const losses = history.map(({ valLoss }) => valLoss)
      const said = judge({
        epochs: history.slice(0, BUDGET),
        budget: BUDGET,
        schedule: 'constant',
        validationTokens: counts.validationTokens,
        startValLoss: start,
      })
      const truth = truthOf(losses, start)
      const agrees = truth.includes(said.kind)
      right += Number(agrees)
      all += 1
      const shown = [
        start,
        Math.min(...losses.slice(0, BUDGET)),
        losses[BUDGET - 1] ?? NaN,
        Math.min(...losses),
        losses.at(-1),
      ]
        .map(loss => loss.toFixed(3))
        .join(', ')
      console.log(
        `| ${size} | ${rate} | ${seed} | ${said.kind} | ${said.confidence.toFixed(2)} | ${said.bestEpoch} | ${shown} | ${truth.join(' or ')} | ${agrees ? '' : 'no'} |`,
      )
    }
  }
}
console.log(
  `\n${right} of ${all} verdicts agree with what ${LONG} epochs show (${((100 * right) / all).toFixed(0)}%)`,
)
rmSync(work, { recursive: true, force: true })
await closeFinetune()
