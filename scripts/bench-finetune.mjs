// Tokens per second beside PyTorch, on the same model, batch and threads: a whole training step
// (forward, backward, clipping, AdamW; float32) beside transformers, the same with LoRA beside
// PEFT, the same with a neighbour that keeps one core busy, and greedy generation beside
// transformers' generate; peak memory of each process; and the share that the best step's
// arithmetic is of the rate of matrix products, the fastest of all sides', measured in the same
// run. In turn, round by round; medians. Needs: npm run build. The peer is there where
// scripts/setup-oracle.sh has run, TensorFlow where scripts/setup-tensorflow.sh has.
//  npm run bench:finetune -- [ROUNDS] [DIM] [--engine onnxruntime] [--engine tensorflow] [--task
// TASK] [--compile] One round leaves out the largest model. --compile has torch.compile beside it,
// which takes minutes to begin.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { sizes } from './bench-sizes.mjs'

const tasks = ['full', 'full, neighbour', 'lora', 'generate 1', 'generate 16']
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', multiple: true, default: ['onnxruntime', 'tensorflow'] },
    task: { type: 'string', multiple: true, default: tasks },
    compile: { type: 'boolean', default: false },
  },
})
const rounds = Number(positionals[0] ?? 5)
const only = Number(positionals[1] ?? 0)
const unknown = values.task.find(task => !tasks.includes(task))
if (unknown)
  throw new Error(
    `there is no task "${unknown}"; there are ${tasks.map(task => `"${task}"`).join(', ')}`,
  )
const threads = availableParallelism()
const root = join(import.meta.dirname, '..')
const python = join(root, '.venv-oracle/bin/python')
const measured = sizes.filter(({ width }) => (only ? width === only : rounds > 1 || width < 576))

console.log(
  `${cpus()[0].model}, ${threads} threads, Node ${process.version}; ${rounds} rounds in turn, medians; tokens/s × PyTorch, and peak MiB × PyTorch's`,
)
/** @type {[title: string, width: number][]} */
const cells = [
  ['dim', 4],
  ['task', 15],
  ...values.engine.map(name => /** @type {[string, number]} */ ([name, 28])),
  ['PyTorch', 15],
  ...(values.compile ? [/** @type {[string, number]} */ (['torch.compile', 15])] : []),
  ['of products', 11],
]
console.log(row(cells.map(([title]) => title)))
for (const size of measured)
  for (const task of values.task) {
    const work = { ...size, threads, task: task.split(',')[0] }
    const ours = await inTurn(values.engine, engine =>
      started(process.execPath, [
        join(root, 'scripts/bench-finetune-ours.mjs'),
        JSON.stringify({ ...work, engine }),
      ]),
    )
    const peer = existsSync(python)
      ? await started(python, [join(root, 'scripts/bench_finetune_peer.py'), JSON.stringify(work)])
      : null
    const compiled =
      values.compile && peer && !task.startsWith('generate')
        ? await started(python, [
            join(root, 'scripts/bench_finetune_peer.py'),
            JSON.stringify({ ...work, compile: true }),
          ])
        : null
    const neighbour = task.endsWith('neighbour')
      ? spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
      : null
    const processes = [...ours, peer, compiled].filter(Boolean)
    for (let round = 0; round < rounds; round++) for (const each of processes) await each.round()
    neighbour?.kill()
    const limit =
      task === 'full' ? Math.max(...(await inTurn(processes, each => each.products()))) : null
    for (const each of processes) each.end()
    const best = Math.max(...ours.map(each => each?.median('rate') ?? 0))
    const share = limit ? `${Math.round((100 * best * operations(size)) / limit)}%` : ''
    console.log(
      row([
        size.width,
        task,
        ...ours.map(each => beside(each, peer)),
        figure(peer),
        ...(values.compile ? [figure(compiled)] : []),
        share,
      ]),
    )
  }

/**
 * Floating-point operations of a training step for each token: products with weights, and causal
 * attention, forward and twice backward.
 */
function operations({ width, layers, heads, kvHeads, ffnWidth, vocabulary, length }) {
  const keys = (width / heads) * kvHeads
  return (
    6 *
      (layers * (2 * width * width + 2 * width * keys + 3 * width * ffnWidth) +
        vocabulary * width) +
    6 * layers * length * width
  )
}

async function inTurn(list, make) {
  const made = []
  for (const item of list) made.push(await make(item))
  return made
}

/**
 * A process that says when it is ready, and answers each line it is sent with a round's figures;
 * null when it ends before.
 */
async function started(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  if ((await lines.next()).done) return null
  const figures = []
  const asked = async line => {
    child.stdin.write(`${line}\n`)
    const { value, done } = await lines.next()
    if (done) throw new Error(`${args.join(' ')} ended`)
    return JSON.parse(value)
  }
  return {
    round: async () => figures.push(await asked('round')),
    products: async () => (await asked('products')).products,
    median: name =>
      figures.map(each => each[name]).sort((a, b) => a - b)[Math.floor(figures.length / 2)],
    peak: () => Math.max(...figures.map(each => each.peak)),
    end: () => child.stdin.end(),
  }
}

function beside(mine, theirs) {
  if (!mine) return 'not set up'
  if (!theirs) return figure(mine)
  return `${Math.round(mine.median('rate'))} ×${(mine.median('rate') / theirs.median('rate')).toFixed(2)}, ${Math.round(mine.peak())} ×${(mine.peak() / theirs.peak()).toFixed(2)}`
}

function figure(each) {
  return each ? `${Math.round(each.median('rate'))}, ${Math.round(each.peak())}` : '–'
}

function row(texts) {
  return texts
    .map((text, i) =>
      i < 2 ? String(text).padEnd(cells[i][1]) : String(text).padStart(cells[i][1]),
    )
    .join(' | ')
}
