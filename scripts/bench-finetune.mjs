// Tokens per second beside PyTorch, on the same model, batch and threads: a whole training step (forward, backward, clipping, AdamW; float32) beside
// transformers, the same with LoRA beside PEFT, greedy generation beside transformers' generate; peak memory of either process; and the share of the
// matrix-product rate of PyTorch, measured in the same round, that the step's arithmetic is. In turn, round by round; medians.
// npm run bench:finetune [ROUNDS] [DIM]; one round leaves out the largest model. The peer is there where scripts/setup-oracle.sh has run. Needs: npm run build.
import { existsSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

const rounds = Number(process.argv[2] ?? 5)
const only = Number(process.argv[3] ?? 0)
const threads = availableParallelism()
const root = join(import.meta.dirname, '..')
const python = join(root, '.venv-oracle/bin/python')
const sizes = [
  { rows: 8, length: 128, steps: 20, width: 64, layers: 5, heads: 8, kvHeads: 4, ffnWidth: 172, vocabulary: 512 },
  { rows: 8, length: 256, steps: 2, width: 288, layers: 6, heads: 6, kvHeads: 6, ffnWidth: 768, vocabulary: 4096 },
  { rows: 8, length: 256, steps: 1, width: 576, layers: 8, heads: 9, kvHeads: 3, ffnWidth: 1536, vocabulary: 8192 },
].filter(({ width }) => (only ? width === only : rounds > 1 || width < 576))
const tasks = ['full', 'lora', 'generate 1', 'generate 16']

console.log(`${cpus()[0].model}, ${threads} threads, Node ${process.version}; ${rounds} rounds in turn, medians`)
console.log(row('dim', 'task', 'tune, onnxruntime', 'PyTorch', 'ratio', 'of products', 'peak MiB', 'PyTorch'))
for (const size of sizes) for (const task of tasks) {
  const job = JSON.stringify({ ...size, threads, task })
  const ours = await started(process.execPath, [join(root, 'scripts/bench-finetune-ours.mjs'), job])
  const peer = existsSync(python) ? await started(python, [join(root, 'scripts/bench_finetune_peer.py'), job]) : null
  const [a, b] = [[], []]
  for (let round = 0; round < rounds; round++) {
    a.push(await ours.round())
    if (peer) b.push(await peer.round())
  }
  ours.end()
  peer?.end()
  const [mine, theirs] = [median(a, 'rate'), median(b, 'rate')]
  const share = peer && task === 'full' ? `${Math.round((100 * mine * operations(size)) / median(b, 'products'))}%` : ''
  console.log(row(size.width, task, Math.round(mine), peer ? Math.round(theirs) : 'not set up', peer ? (mine / theirs).toFixed(2) : '', share, peak(a), peer ? peak(b) : ''))
}

/** Floating-point operations of a training step for each token: products with weights, and causal attention, forward and twice backward. */
function operations({ width, layers, heads, kvHeads, ffnWidth, vocabulary, length }) {
  const keys = (width / heads) * kvHeads
  return 6 * (layers * (2 * width * width + 2 * width * keys + 3 * width * ffnWidth) + vocabulary * width) + 6 * layers * length * width
}

/** A process that says when it is ready, and answers each line it is sent with a round's figures. */
async function started(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${args.join(' ')} ended`)
    return value
  }
  await next()
  return {
    async round() {
      child.stdin.write('round\n')
      return JSON.parse(await next())
    },
    end: () => child.stdin.end(),
  }
}

function row(dim, task, mine, theirs, ratio, share, peak, theirPeak) {
  return [String(dim).padEnd(4), task.padEnd(11), ...[[mine, 17], [theirs, 10], [ratio, 6], [share, 11], [peak, 8], [theirPeak, 8]].map(([cell, width]) => String(cell).padStart(width))].join(' | ')
}

function peak(figures) {
  return Math.round(Math.max(...figures.map(figure => figure.peak)))
}

function median(figures, name) {
  return figures.map(figure => figure[name]).sort((a, b) => a - b)[Math.floor(figures.length / 2)]
}
