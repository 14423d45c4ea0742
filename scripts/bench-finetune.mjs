// Tokens per second of a whole training step (forward, backward, clipping, AdamW; float32), beside PyTorch + transformers on the same model
// where the Python oracle is set up: npm run bench:finetune [ROUNDS]. In turn, round by round; medians. Needs: npm run build.
import { existsSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { createEngine } from '../dist/compile/index.js'
import { initialWeights } from '../dist/finetune/model/weights.js'
import { createTrainer } from '../dist/finetune/train/trainer.js'

const rounds = Number(process.argv[2] ?? 5)
const threads = availableParallelism()
const root = join(import.meta.dirname, '..')
const python = join(root, '.venv-oracle/bin/python')
const sizes = [
  { name: 'dim 64 × 5 layers, 8 × 128', rows: 8, length: 128, steps: 20, width: 64, layers: 5, heads: 8, kvHeads: 4, ffnWidth: 172, vocabulary: 512 },
  { name: 'dim 288 × 6 layers, 8 × 256', rows: 8, length: 256, steps: 2, width: 288, layers: 6, heads: 6, kvHeads: 6, ffnWidth: 768, vocabulary: 4096 },
]

console.log(`${cpus()[0].model}, ${threads} threads, Node ${process.version}; ${rounds} rounds in turn, medians`)
console.log('size                          | tune, onnxruntime | PyTorch + transformers | ratio')
for (const size of sizes) {
  const ours = await tune(size)
  const peer = existsSync(python) ? await transformers(size) : null
  const rates = { ours: [], peer: [] }
  for (let round = 0; round < rounds; round++) {
    rates.ours.push(await ours.round())
    if (peer) rates.peer.push(await peer.round())
  }
  await ours.end()
  peer?.end()
  const [a, b] = [median(rates.ours), median(rates.peer)]
  console.log(`${size.name.padEnd(29)} | ${String(Math.round(a)).padStart(17)} | ${(peer ? String(Math.round(b)) : 'not set up').padStart(22)} | ${peer ? (a / b).toFixed(2) : ''}`)
}

async function tune({ rows, length, steps, width, layers, heads, kvHeads, ffnWidth, vocabulary }) {
  const config = { architecture: 'llama', width, layers, heads, kvHeads, headDim: width / heads, ffnWidth, vocabulary, maxPositions: 512, ropeTheta: 10000, normEpsilon: 1e-5, tied: true }
  const engine = await createEngine('onnxruntime', { threads })
  const trainer = await createTrainer(engine, config, { weights: initialWeights(config, 1) })
  const tokens = Int32Array.from({ length: rows * (length + 1) }, (_, i) => (i * 7919 + ((i * i) % 31)) % vocabulary)
  const batch = { rows, length, tokens, weights: new Float32Array(rows * length).fill(1) }
  const step = () => trainer.step(batch, { learningRate: 1e-3, weightDecay: 0.01, clipNorm: 1 })
  await step()
  return {
    async round() {
      const began = performance.now()
      for (let i = 0; i < steps; i++) await step()
      return (rows * length * steps) / ((performance.now() - began) / 1000)
    },
    async end() {
      trainer.dispose()
      await engine.dispose()
    },
  }
}

/** A Python process that runs a round at each line it is sent. */
async function transformers(size) {
  const child = spawn(python, [join(root, 'scripts/bench_finetune_peer.py'), JSON.stringify({ ...size, threads })], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  await lines.next()
  return {
    async round() {
      child.stdin.write('round\n')
      return Number((await lines.next()).value)
    },
    end: () => child.stdin.end(),
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
