// Two trials side by side beside one alone: npm run bench:slots [ENGINE] [ROUNDS]. What two make
// together should be what the machine makes with one. In the device hosts that trials run in; in
// turn, round by round; medians. Needs: npm run build.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createEngine } from '../dist/compile/index.js'
import { initialWeights } from '../dist/decoder/weights.js'
import { createTrainer } from '../dist/training/trainer.js'
import { createPool } from '../dist/trial/index.js'

/** Milliseconds that a job trains for. */
const MEASURED = 4000
const models = {
  'dim 64 × 5 layers, 8 × 128': {
    rows: 8,
    length: 128,
    width: 64,
    layers: 5,
    heads: 8,
    kvHeads: 4,
    ffnWidth: 172,
    vocabulary: 512,
  },
  'dim 288 × 6 layers, 4 × 128': {
    rows: 4,
    length: 128,
    width: 288,
    layers: 6,
    heads: 6,
    kvHeads: 6,
    ffnWidth: 768,
    vocabulary: 4096,
  },
}

/**
 * What a slot runs: gets ready, waits for the jobs beside it, and trains for a while. @returns
 * tokens per second
 */
export async function runJob({ size, meeting, index, slots }, _port, { threads }) {
  const { rows, length, vocabulary, ...shape } = models[size]
  const config = {
    architecture: 'llama',
    ...shape,
    headDim: shape.width / shape.heads,
    vocabulary,
    maxPositions: 512,
    ropeTheta: 10000,
    normEpsilon: 1e-5,
    tied: true,
  }
  const engine = await createEngine('auto', { threads })
  const trainer = await createTrainer(engine, config, { weights: initialWeights(config, 1) })
  const tokens = Int32Array.from(
    { length: rows * (length + 1) },
    (_, i) => (i * 7919 + ((i * i) % 31)) % vocabulary,
  )
  const batch = { rows, length, tokens, lossMask: new Float32Array(rows * length).fill(1) }
  const step = () => trainer.step(batch, { learningRate: 1e-3, weightDecay: 0.01, clipNorm: 1 })
  await step()
  writeFileSync(join(meeting, String(index)), '')
  while (readdirSync(meeting).length < slots) await sleep(10)
  const began = performance.now()
  let steps = 0
  do {
    await step()
    steps++
  } while (performance.now() - began < MEASURED)
  const rate = (steps * rows * length) / ((performance.now() - began) / 1000)
  trainer.dispose()
  await engine.dispose()
  return rate
}

async function main(engine, rounds) {
  console.log(
    `${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}, engine ${engine}; ${rounds} rounds in turn, medians of tokens/s`,
  )
  console.log('size                          | one trial | two, together | ratio')
  for (const size of Object.keys(models)) {
    const rates = { 1: [], 2: [] }
    for (let round = 0; round < rounds; round++)
      for (const slots of [1, 2]) rates[slots].push(await together(engine, size, slots))
    const [one, two] = [median(rates[1]), median(rates[2])]
    console.log(
      `${size.padEnd(29)} | ${String(Math.round(one)).padStart(9)} | ${String(Math.round(two)).padStart(13)} | ${(two / one).toFixed(2)}`,
    )
  }
}

async function together(engine, size, slots) {
  const pool = await createPool({
    devices: ['cpu'],
    slots,
    engine,
    jobModule: fileURLToPath(import.meta.url),
  })
  const meeting = mkdtempSync(join(tmpdir(), 'tune-slots-'))
  const jobs = Array.from(
    { length: slots },
    (_, index) =>
      pool.run(/** @type {any} */ ({ kind: 'bench', size, meeting, index, slots })).result,
  )
  /** @type {any[]} */
  const rates = await Promise.all(jobs)
  await pool.close()
  rmSync(meeting, { recursive: true })
  return rates.reduce((sum, rate) => sum + rate, 0)
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(process.argv[2] ?? 'auto', Number(process.argv[3] ?? 3))
