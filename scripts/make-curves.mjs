// Learning curves of fine-tunings of the shipped model, for `npm run bench:search`:
//
//   node scripts/make-curves.mjs
//
// Two data sets × 8 learning rates × 3 batch sizes × 10 epochs, each a training of models/pebble
// with a constant learning rate and no early stopping; some minutes on two cores. Writes
// benchmarks/curves/pebble.jsonl, one training a line (see benchmarks/curves/README.md). A further
// data set, learning rate or batch size adds lines and changes none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './bench-search/options.mjs'
import { buildIfStale } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const EPOCHS = 10
const LEARNING_RATES = [1e-4, 2.2e-4, 5e-4, 1.1e-3, 2.4e-3, 5.3e-3, 1.2e-2, 2.6e-2]
const BATCH_SIZES = [4, 8, 16]

buildIfStale()
const work = mkdtempSync(join(tmpdir(), 'tune-curves-'))
try {
  const sums = join(work, 'sums.jsonl')
  writeFileSync(
    sums,
    sumExamples()
      .map(example => `${JSON.stringify(example)}\n`)
      .join(''),
  )
  const lines = [
    ...curvesOf('quickstart', join(root, 'studies/quickstart/data.jsonl')),
    ...curvesOf('sums', sums),
  ]
  writeFileSync(
    join(root, 'benchmarks/curves/pebble.jsonl'),
    lines.map(line => `${JSON.stringify(line)}\n`).join(''),
  )
} finally {
  rmSync(work, { recursive: true, force: true })
}

function curvesOf(dataset, data) {
  const tune = (...args) =>
    run(process.execPath, [join(root, 'bin/tune.js'), 'study', ...args, '--studies', work])
  tune(
    'create',
    dataset,
    ...['--model', join(root, 'models/pebble'), '--data', data, '--sampler', 'grid'],
    ...['--learning-rate', LEARNING_RATES.join(), '--batch-size', BATCH_SIZES.join()],
    ...['--epochs', String(EPOCHS), '--early-stopping', 'off', '--test', '0', '--slots', '1'],
  )
  tune('run', dataset)
  const { trials } = JSON.parse(tune('show', dataset, '--json'))
  const ordered = trials.sort(
    ({ params: a }, { params: b }) => a.learningRate - b.learningRate || a.batchSize - b.batchSize,
  )
  return ordered.map(({ params, epochs }) => ({
    dataset,
    params: { learningRate: params.learningRate, batchSize: params.batchSize },
    trainLoss: epochs.map(({ loss }) => rounded(loss)),
    valLoss: epochs.map(({ valLoss }) => rounded(valLoss)),
  }))
}

/** Five digits are far below the noise of a training. */
function rounded(loss) {
  return Number(loss.toPrecision(5))
}

/** Sums in words, each second one of those up to twenty. */
function sumExamples() {
  const words =
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
      ' ',
    )
  return words.flatMap((_, a) =>
    words.slice(0, words.length - a).flatMap((_, b) =>
      (a + b) % 2 === 0 || a === b
        ? [
            {
              prompt: `What is ${words[a]} plus ${words[b]}?`,
              completion: `It is ${words[a + b]}.`,
            },
          ]
        : [],
    ),
  )
}
