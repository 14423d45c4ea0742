import { UserError } from '../errors.js'
import type { Engine, Program } from '../compile/index.js'
import type { DecoderConfig } from '../decoder/config.js'
import { initialWeights } from '../decoder/weights.js'
import { createTrainer } from '../training/trainer.js'
import type { Measurement } from './try-engine.js'

/** Milliseconds that each of the two figures is measured for, at least. */
const MEASURED_FOR = 400
/** Width of the largest product that is tried. */
const WIDEST = 4096
/** Milliseconds after which a product is large enough to say what the engine can do. */
const LONG_ENOUGH = 20

/** @returns how fast an engine is at products and at training; disposes of it */
export async function measure(engine: Engine): Promise<Measurement> {
  try {
    const training = await trainingRate(engine)
    const gflops = await productRate(engine)
    return { device: engine.device, version: engine.version, gflops, ...training }
  } finally {
    await engine.dispose()
  }
}

/** The product grows until it takes a while, so that neither calls nor caches are measured. */
async function productRate(engine: Engine): Promise<number> {
  for (let width = 64; ; width *= 2) {
    const shape = [width, width]
    const state = await engine.createState({
      w: { shape, dtype: 'float32', data: new Float32Array(width * width).fill(1 / width) },
    })
    const [run] = await engine.load([product(width)])
    const once = async () => {
      const { mean } = await run!.run(state, {})
      if (!(Math.abs(mean!.data[0]! * width - 1) < 0.01))
        throw new UserError(
          engine.name,
          `computes a product of matrices wrongly: ${mean!.data[0]! * width} instead of 1`,
          'Use another engine',
        )
    }
    await once()
    const seconds = await secondsOf(once, 0)
    const large = seconds * 1000 >= LONG_ENOUGH || width === WIDEST
    const best = large ? await secondsOf(once, MEASURED_FOR - 2 * seconds * 1000) : 0
    run!.dispose()
    state.dispose()
    if (large) return (PRODUCTS * 2 * width ** 3) / Math.min(seconds, best) / 1e9
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
 * Tried first. A batch says the more of an engine the larger it is, but the slow ones would take
 * minutes for the largest.
 */
const small = { rows: 1, length: 32 }
const batches = [
  { below: 0.05, batch: { rows: 8, length: 128 } },
  { below: 0.5, batch: { rows: 4, length: 64 } },
  { below: Infinity, batch: small },
]

/**
 * A training step whose loss does not fall is not one: that of the first batch is looked at again
 * at the end.
 */
async function trainingRate(
  engine: Engine,
): Promise<Pick<Measurement, 'tokensPerSecond' | 'batch'>> {
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
  const first = await step(small)
  const seconds = await secondsOf(() => step(small), 0)
  const { batch } = batches.find(({ below }) => seconds < below)!
  if (batch !== small) await step(batch)
  const best = await secondsOf(() => step(batch), MEASURED_FOR)
  const last = await step(small)
  trainer.dispose()
  if (!(last < first))
    throw new UserError(
      engine.name,
      `trains wrongly: the loss of a batch went from ${first} to ${last}`,
      'Use another engine',
    )
  return { tokensPerSecond: (batch.rows * batch.length) / best, batch }
}

/** @returns the median of a call, repeated until `milliseconds` are over, once at least */
async function secondsOf(call: () => Promise<unknown>, milliseconds: number): Promise<number> {
  const times: number[] = []
  const began = performance.now()
  do {
    const at = performance.now()
    await call()
    times.push((performance.now() - at) / 1000)
  } while (performance.now() - began < milliseconds)
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
}
