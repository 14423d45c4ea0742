/**
 * Makes models/pebble from nothing: learns its tokenizer from the corpus, trains it with the
 * project's own engine, writes the folder. Deterministic on one machine; a run that was interrupted
 * goes on where it stood.
 *
 *  npm run build && node scripts/pretrain/pretrain.mjs [--threads 2] [--out models/pebble] [--steps
 * 5000]
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Tokenizer } from '@huggingface/tokenizers'
import { createEngine } from '../../dist/compile/index.js'
import { configFile } from '../../dist/model-folder/config-file.js'
import { readDecoderConfig } from '../../dist/model-folder/decoder-config.js'
import { readTensors, writeSafetensors } from '../../dist/model-folder/safetensors.js'
import { initialWeights } from '../../dist/decoder/weights.js'
import { createTrainer } from '../../dist/training/trainer.js'
import { learnPieces, tokenizerJson } from './bpe.mjs'
import { documentOf } from './corpus/text.mjs'
import { batches } from './rows.mjs'
import {
  CONFIG,
  GENERATION_CONFIG,
  SPECIAL_TOKENS,
  TOKENIZER_CONFIG,
  TRAINING,
} from './settings.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: join(root, 'models/pebble') },
    steps: { type: 'string', default: `${TRAINING.steps}` },
    work: { type: 'string', default: join(root, 'node_modules/.cache/pretrain') },
  },
})
const settings = { ...TRAINING, steps: Number(values.steps) }
/** Steps between two checkpoints, each with a look at text that is not trained on. */
const EVERY = 100
/** Held-out documents come from a stream of their own. */
const HELD_OUT_SEED = 1_000_003

await mkdir(values.work, { recursive: true })
const tokenizer = await learntTokenizer()
const encode = text => new Int32Array(tokenizer.encode(text, { add_special_tokens: false }).ids)
const weights = await train()
await writeModel(weights)
console.log(`${values.out} is written.`)

async function learntTokenizer() {
  const path = join(values.work, 'tokenizer.json')
  if (!existsSync(path)) {
    const texts = Array.from({ length: settings.tokenizerDocuments }, (_, number) =>
      documentOf(settings.seed, number),
    )
    const learnt = learnPieces(texts, CONFIG.vocab_size)
    await writeFile(path, JSON.stringify(tokenizerJson(learnt), null, 1) + '\n')
  }
  return new Tokenizer(JSON.parse(await readFile(path, 'utf8')), TOKENIZER_CONFIG)
}

async function train() {
  const config = readDecoderConfig(configFile('settings.mjs', CONFIG))
  const at = join(values.work, 'checkpoint')
  const saved = existsSync(at)
    ? await readCheckpoint(at)
    : { step: 0, document: 0, weights: initialWeights(config, settings.seed) }
  const engine = await createEngine('auto', { threads: Number(values.threads) })
  const trainer = await createTrainer(engine, config, {
    weights: saved.weights,
    ...(saved.moments ? { resume: { moments: saved.moments, steps: saved.step } } : {}),
  })
  const stream = batches(encode, { ...settings, from: saved.document })
  const heldOut = batches(encode, { ...settings, seed: HELD_OUT_SEED, from: 0 })
  const validation = Array.from({ length: 4 }, () => heldOut.next().batch)
  console.log(
    `${engine.name} ${engine.version} on ${engine.device}: step ${saved.step} of ${settings.steps}`,
  )
  let sum = 0,
    count = 0,
    began = Date.now()
  for (let step = saved.step; step < settings.steps; step++) {
    const { batch, document } = stream.next()
    const learningRate = rateAt(step)
    const result = await trainer.step(batch, { ...settings, learningRate })
    if (!Number.isFinite(result.loss))
      throw new Error(`the loss is not a number at step ${step + 1}; try a lower learning rate`)
    sum += result.loss
    count += result.count
    if ((step + 1) % EVERY !== 0 && step + 1 !== settings.steps) continue
    const { loss, count: targets } = await trainer.evaluate(validation)
    const rate = Math.round((count / (Date.now() - began)) * 1000)
    console.log(
      `step ${step + 1}  loss ${(sum / count).toFixed(3)}  held out ${(loss / targets).toFixed(3)}  rate ${learningRate.toExponential(2)}  ${rate} tokens/s`,
    )
    await writeCheckpoint(at, {
      step: step + 1,
      document,
      weights: await trainer.weights(),
      moments: await trainer.moments(),
    })
    sum = count = 0
    began = Date.now()
  }
  const trained = await trainer.weights()
  trainer.dispose()
  await engine.dispose()
  return trained
}

/** Warm-up, level, decay to 0. */
function rateAt(step) {
  const { learningRate, warmupSteps, decaySteps, steps } = settings
  return learningRate * Math.min(1, (step + 1) / warmupSteps, (steps - step) / decaySteps)
}

async function readCheckpoint(dir) {
  const { step, document } = JSON.parse(await readFile(join(dir, 'standing.json'), 'utf8'))
  return {
    step,
    document,
    weights: await readTensors(join(dir, 'weights.safetensors')),
    moments: await readTensors(join(dir, 'moments.safetensors')),
  }
}

async function writeCheckpoint(dir, { step, document, weights, moments }) {
  const fresh = `${dir}.new`
  await mkdir(fresh, { recursive: true })
  await writeSafetensors(join(fresh, 'weights.safetensors'), weights)
  await writeSafetensors(join(fresh, 'moments.safetensors'), moments)
  await writeFile(join(fresh, 'standing.json'), JSON.stringify({ step, document }))
  await rm(dir, { recursive: true, force: true })
  await rename(fresh, dir)
}

async function writeModel(weights) {
  await mkdir(values.out, { recursive: true })
  await writeSafetensors(join(values.out, 'model.safetensors'), weights, { format: 'pt' })
  await writeFile(
    join(values.out, 'tokenizer.json'),
    await readFile(join(values.work, 'tokenizer.json')),
  )
  const files = {
    'config.json': CONFIG,
    'generation_config.json': GENERATION_CONFIG,
    'special_tokens_map.json': SPECIAL_TOKENS,
    'tokenizer_config.json': TOKENIZER_CONFIG,
  }
  for (const [name, content] of Object.entries(files))
    await writeFile(join(values.out, name), JSON.stringify(content, null, 2) + '\n')
}
