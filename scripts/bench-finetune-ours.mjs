// This project's side of bench-finetune.mjs: one round a line of standard input, and the rate of
// products for the line that asks for it.
import { createInterface } from 'node:readline'
import { createEngine } from '../dist/compile/index.js'
import { adapterShape, initialAdapter } from '../dist/decoder/adapter/lora.js'
import { generate } from '../dist/decoder/generate/generate.js'
import { runnablesOn } from '../dist/decoder/runnables.js'
import { initialWeights } from '../dist/decoder/weights.js'
import { PLAIN } from '../dist/training/variant.js'
import { createTrainer } from '../dist/training/trainer.js'
import { configOf } from './bench-sizes.mjs'

const PROMPT = 32
const ANSWER = 64

const size = JSON.parse(process.argv[2])
const { rows, length, steps, vocabulary, threads, task, engine: name } = size
const config = configOf(size)
const engine = await createEngine(name, { threads }).catch(error => {
  console.error(error.message)
  process.exit(0)
})
const ids = count =>
  Int32Array.from({ length: count }, (_, i) => (i * 7919 + ((i * i) % 31)) % vocabulary)

const round = task.startsWith('generate')
  ? await generation(Number(task.split(' ')[1]))
  : await training(task === 'lora')
await round()
await round()
console.log('ready')
for await (const asked of createInterface(process.stdin)) {
  if (asked === 'products') {
    console.log(JSON.stringify({ products: await products() }))
    continue
  }
  const began = performance.now()
  const tokens = await round()
  const rate = tokens / ((performance.now() - began) / 1000)
  console.log(JSON.stringify({ rate, peak: process.resourceUsage().maxRSS / 1024 }))
}
process.exit(0)

async function training(lora) {
  const weights = initialWeights(config, 1)
  const shape = lora
    ? adapterShape(config, {
        rank: 8,
        alpha: 16,
        dropout: 0,
        targets: ['all-linear'],
        rslora: false,
      })
    : null
  const trainer = await createTrainer(
    engine,
    config,
    shape
      ? {
          weights: initialAdapter(config, shape, [1]),
          frozen: await engine.createState(weights),
          variant: { ...PLAIN, adapter: { ...shape, dropout: false } },
        }
      : { weights },
  )
  const batch = {
    rows,
    length,
    tokens: ids(rows * (length + 1)),
    lossMask: new Float32Array(rows * length).fill(1),
  }
  return async () => {
    for (let i = 0; i < steps; i++)
      await trainer.step(batch, {
        learningRate: 1e-3,
        weightDecay: 0.01,
        clipNorm: 1,
        adapterScale: 2,
      })
    return rows * length * steps
  }
}

/**
 * Operations per second of a step's commonest product, the best of five times eight of them there
 * and back.
 */
async function products() {
  const { width, ffnWidth } = size
  const ones = (...shape) => ({
    shape,
    dtype: /** @type {const} */ ('float32'),
    data: new Float32Array(shape[0] * shape[1]).fill(1 / shape[0]),
  })
  const made = {
    rows: ones(rows * length, width),
    there: ones(width, ffnWidth),
    back: ones(ffnWidth, width),
  }
  const state = await engine.createState(made)
  const [program] = await engine.load([
    {
      name: 'products',
      state: made,
      inputs: {},
      body: ({ rows, there, back }) => {
        let x = rows
        for (let i = 0; i < 8; i++) x = x.matMul(there).matMul(back)
        return { outputs: { x: x.slice([0, 0], [1, 1]) } }
      },
    },
  ])
  let best = Infinity
  for (let i = 0; i < 5; i++) {
    const began = performance.now()
    await program.run(state, {})
    best = Math.min(best, performance.now() - began)
  }
  program.dispose()
  state.dispose()
  return (16 * 2 * rows * length * width * ffnWidth) / (best / 1000)
}

async function generation(count) {
  const model = {
    engine,
    config,
    state: await engine.createState(initialWeights(config, 1)),
    runnables: runnablesOn(engine),
  }
  const all = ids(count * PROMPT)
  const prompts = Array.from({ length: count }, (_, i) =>
    all.subarray(i * PROMPT, (i + 1) * PROMPT),
  )
  return async () =>
    (await generate(model, prompts, { maxTokens: ANSWER, eos: [] })).reduce(
      (sum, answer) => sum + answer.length,
      0,
    )
}
