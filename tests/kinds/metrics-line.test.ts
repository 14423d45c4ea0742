import { describe, expect, it } from 'vitest'
import { MetricsReader } from '../../src/kinds/command/metrics-reader.js'

const read = (...lines: readonly string[]) => {
  const reader = new MetricsReader()
  const metrics = lines.map(line => reader.read(line)).filter(line => line !== null)
  return { metrics, nearest: reader.nearest }
}

/** What `printf` of the named program gave, and the validation loss that it means. */
describe('a line that means a validation loss of 0.5 after epoch 1', () => {
  it.each([
    ['JSON', '{"epoch": 1, "valLoss": 0.5}'],
    ['JSON with spaces around', '  {"epoch":1,"val_loss":0.5}\t'],
    ['tqdm before', '100%|##########| 100/100 [00:01<00:00]{"epoch": 1, "valLoss": 0.5}'],
    ['tqdm after', '{"epoch": 1, "valLoss": 0.5} 40%|####      | 40/100'],
    ['rich, in color', '\u001b[32m{"epoch": 1, \u001b[1m"valLoss"\u001b[0m: 0.5}\u001b[0m'],
    ['logging', '2026-11-30 10:00:01,123 INFO trainer.py:42 {"epoch": 1, "valLoss": 0.5}'],
    ['accelerate', '[rank0]: {"epoch": 1, "valLoss": 0.5}'],
    ['torchrun', '[default0]:{"epoch": 1, "valLoss": 0.5}'],
    ['Ray', '\u001b[36m(train pid=123)\u001b[0m {"epoch": 1, "valLoss": 0.5}'],
    ['Trainer', "{'eval_loss': 0.5, 'eval_runtime': 0.5, 'epoch': 1.0}"],
    ['Trainer 5', "{'eval_loss': '0.5', 'eval_runtime': '0.5', 'epoch': '1'}"],
    [
      'Python',
      "{'epoch': 1, 'val_loss': 0.5, 'best': True, 'note': None, 'tags': ('a', 'it\\'s')}",
    ],
    ['numpy', "{'epoch': np.int64(1), 'val_loss': np.float64(0.5)}"],
    ['torch', "{'epoch': 1, 'val_loss': tensor(0.5000, device='cuda:0')}"],
    ['Node', '{ epoch: 1, valLoss: 0.5 }'],
    ['numbers as text', '{"epoch": "1", "valLoss": "5e-1"}'],
    ['an epoch of several', '{"epoch": "1/3", "valLoss": 0.5}'],
    ['slashes', '{"epoch": 1, "eval/loss": 0.5}'],
    ['dots', '{"epoch": 1, "validation.loss": 0.5}'],
    ['capitals', '{"Epoch": 1, "Val Loss": 0.5}'],
    ['groups', '{"epoch": 1, "train": {"loss": 0.4}, "val": {"loss": 0.5}}'],
    ['groups the other way', '{"epoch": 1, "loss": {"train": 0.4, "val": 0.5}}'],
    ['deep groups', '{"epoch": 1, "metrics": {"eval_loss": 0.5}}'],
    ['one number in a list', '{"epoch": 1, "val_loss": [0.5]}'],
    ['two names, one value', '{"epoch": 1, "val_loss": 0.5, "eval_loss": 0.5}'],
    ['its own name first', '{"epoch": 1, "valLoss": 0.5, "dev_loss": 0.7}'],
  ])('%s', (_, line) => {
    expect(read(line).metrics).toMatchObject([
      { kind: 'epoch', report: { epoch: 1, valLoss: 0.5 } },
    ])
  })

  it('over several lines', () => {
    const lines = JSON.stringify({ epoch: 1, val: { loss: 0.5 } }, null, 2).split('\n')
    expect(read(...lines).metrics).toMatchObject([{ report: { epoch: 1, valLoss: 0.5 } }])
  })
})

it.each([
  ['NaN', '{"epoch": 1, "valLoss": NaN}', NaN],
  ['nan of Python', "{'epoch': 1, 'val_loss': nan}", NaN],
  ['-Infinity', '{"epoch": 1, "valLoss": -Infinity}', -Infinity],
])('a loss of %s is one, and no number', (_, line, valLoss) => {
  expect(read(line).metrics).toMatchObject([{ report: { valLoss } }])
})

it('the training loss of an epoch is that of the line before, if it is of the same epoch', () => {
  const training = "{'loss': 0.7, 'grad_norm': 1.5, 'learning_rate': 1e-04, 'epoch': 0.98}"
  expect(read(training, "{'eval_loss': 0.5, 'epoch': 1.0}").metrics).toMatchObject([
    { report: { loss: 0.7, learningRate: 1e-4 } },
  ])
  expect(read(training, "{'eval_loss': 0.5, 'epoch': 2.0}").metrics).toMatchObject([
    { report: { loss: null } },
  ])
})

it('further numbers are recorded, those that JSON cannot say are not', () => {
  const line =
    '{"epoch": 1, "valLoss": 1, "tokens": 12, "f1": 0.9, "bad": NaN, "note": "x", "a": {"b": 2}}'
  expect(read(line).metrics).toMatchObject([
    { report: { tokens: 12, extra: { f1: 0.9, 'a/b': 2 } } },
  ])
})

it('a step inside an epoch is progress', () => {
  expect(read('{"epoch": 1, "step": 3, "steps": 10, "loss": 2}').metrics).toEqual([
    { kind: 'progress', epoch: 1, step: 3, steps: 10, loss: 2 },
  ])
})

it.each([
  ['a training loss', '{"epoch": 1, "loss": 0.5}', 'it has no validation loss'],
  ['a training loss by name', '{"epoch": 1, "train_loss": 0.5}', 'it has no validation loss'],
  ['the best so far', '{"epoch": 1, "best_val_loss": 0.5}', 'it has no validation loss'],
  ['a loss without epoch', '{"valLoss": 1}', 'it has no epoch'],
  ['a loss that is text', '{"epoch": 1, "valLoss": "low"}', 'its valLoss is "low", not a number'],
  ['a loss that is null', '{"epoch": 1, "valLoss": null}', 'its valLoss is null, not a number'],
  [
    'two losses',
    '{"epoch": 1, "val_loss": 1, "dev_loss": 2}',
    'val_loss and dev_loss differ: name one of them valLoss',
  ],
  ['prose', 'Epoch 1: val_loss 0.5', 'it is no JSON'],
  ['Keras', '100/100 - 3s - loss: 0.7 - val_loss: 0.5', 'it is no JSON'],
])('%s is none, but near to it', (_, line, problem) => {
  expect(read(line)).toEqual({ metrics: [], nearest: [`"${line}" (${problem})`] })
})

it.each([
  '',
  '{',
  '{"epoch": 1',
  '[1]',
  'null',
  'Best: {"epoch": 1, "valLoss": 0.5}',
  'loaded checkpoint {"epoch": 1, "valLoss": 0.5}',
  '[{"epoch": 1, "valLoss": 0.5}, {"epoch": 2, "valLoss": 0.4}]',
  '{"history": [{"epoch": 1, "valLoss": 0.5}]}',
  "config: {'epoch': 1, 'val_loss': 0.5}",
  `${'{'.repeat(5000)}${'}'.repeat(5000)}`,
  `{"epoch": 1, "valLoss": ${'['.repeat(3000)}`,
])('%j is no report', line => {
  expect(read(line).metrics).toEqual([])
})
