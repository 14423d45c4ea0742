import { UserError } from '../errors.js'
import type { Engine, Program } from '../compile/index.js'
import type { DecoderConfig } from '../decoder/config.js'
import { initialWeights } from '../decoder/weights.js'
import { createTrainer } from '../training/trainer.js'
import type { EngineSpeed } from './check-engine.js'

/** Milliseconds of each of the two measurements, at least. */
const MEASURE_MILLISECONDS = 400
/** Width of the largest product. */
const MAX_WIDTH = 4096
/** Milliseconds that a product takes at least whose speed is the engine's. */
const MIN_PRODUCT_MILLISECONDS = 20

/** Measures an engine's products and training, and disposes it. */
export async function measureSpeed(engine: Engine): Promise<EngineSpeed> {
  try {
    const training = await trainingSpeed(engine)
    const gflops = await productSpeed(engine)
    return { device: engine.device, version: engine.version, gflops, ...training }
  } finally {
    await engine.dispose()
  }
}

/** The product grows until neither the cost of a call nor caches count. */
async function productSpeed(engine: Engine): Promise<number> {
  for (let width = 64; ; width *= 2) {
    const shape = [width, width]
    const state = await engine.createState({
      w: { shape, dtype: 'float32', data: new Float32Array(width * width).fill(1 / width) },
    })
    const [run] = await engine.load([product(width)])
    const runOnce = async () => {
      const { mean } = await run!.run(state, {})
      if (!(Math.abs(mean!.data[0]! * width - 1) < 0.01))
        throw new UserError(
          engine.name,
          `computes a product of matrices wrongly: ${mean!.data[0]! * width} instead of 1`,
          'Use another engine',
        )
    }
    await runOnce()
    const seconds = await medianSeconds(runOnce, 0)
    const isLarge = seconds * 1000 >= MIN_PRODUCT_MILLISECONDS || width === MAX_WIDTH
    const repeated = isLarge
      ? await medianSeconds(runOnce, MEASURE_MILLISECONDS - 2 * seconds * 1000)
      : 0
    run!.dispose()
    state.dispose()
    if (isLarge) return (PRODUCTS * 2 * width ** 3) / Math.min(seconds, repeated) / 1e9
  }
}

/** One call's cost is shared by several products. */
const PRODUCTS = 4

/** w⁵, for a w whose elements are all 1/n: each is 1/n again. */
function product(width: number): Program {
  return {
    name: `product ${width}`,
    state: { w: { shape: [width, width], dtype: 'float32' } },
    inputs: {},
    body: ({ w }) => {
      let y = w!
      for (let i = 0; i < PRODUCTS; i++) y = y.matMul(w!)
      return { outputs: { mean: y.mean() } }
    },
  }
}

const reference: DecoderConfig = {
  architecture: 'llama',
  width: 64,
  layers: 5,
  heads: 8,
  kvHeads: 4,
  headDim: 8,
  ffnWidth: 172,
  vocabulary: 512,
  maxPositions: 128,
  ropeTheta: 10000,
  normEpsilon: 1e-5,
  tied: true,
}
/**
 * Measured first. A larger batch is the better measurement, but takes minutes on a slow engine.
 */
const small = { rows: 1, length: 32 }
const batches = [
  { below: 0.05, batch: { rows: 8, length: 128 } },
  { below: 0.5, batch: { rows: 4, length: 64 } },
  { below: Infinity, batch: small },
]

/**
 * Measures training steps.
 *
 * @throws UserError when the loss of the first batch has not fallen at the end
 */
async function trainingSpeed(
  engine: Engine,
): Promise<Pick<EngineSpeed, 'tokensPerSecond' | 'batch'>> {
  const trainer = await createTrainer(engine, reference, { weights: initialWeights(reference, 1) })
  const step = async ({ rows, length }: typeof small): Promise<number> => {
    const tokens = Int32Array.from(
      { length: rows * (length + 1) },
      (_, i) => (i * 7919 + ((i * i) % 31)) % reference.vocabulary,
    )
    const { loss, count } = await trainer.step(
      { rows, length, tokens, lossMask: new Float32Array(rows * length).fill(1) },
      { learningRate: 1e-3, weightDecay: 0.01, clipNorm: 1 },
    )
    return loss / count
  }
  const firstLoss = await step(small)
  const seconds = await medianSeconds(() => step(small), 0)
  const { batch } = batches.find(({ below }) => seconds < below)!
  if (batch !== small) await step(batch)
  const batchSeconds = await medianSeconds(() => step(batch), MEASURE_MILLISECONDS)
  const lastLoss = await step(small)
  trainer.dispose()
  if (!(lastLoss < firstLoss))
    throw new UserError(
      engine.name,
      `trains wrongly: the loss of a batch went from ${firstLoss} to ${lastLoss}`,
      'Use another engine',
    )
  return { tokensPerSecond: (batch.rows * batch.length) / batchSeconds, batch }
}

/** @returns the median of a call, repeated until `milliseconds` are over, once at least */
async function medianSeconds(call: () => Promise<unknown>, milliseconds: number): Promise<number> {
  const times: number[] = []
  const startTime = performance.now()
  do {
    const callTime = performance.now()
    await call()
    times.push((performance.now() - callTime) / 1000)
  } while (performance.now() - startTime < milliseconds)
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
}
