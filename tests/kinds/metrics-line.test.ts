import { expect, it } from 'vitest'
import { readLine } from '../../src/kinds/command/metrics-line.js'

it.each([
  [
    '{"epoch": 1, "valLoss": 0.5}',
    { epoch: 1, valLoss: 0.5, loss: null, learningRate: null, tokens: 0, extra: {} },
  ],
  [
    '  {"epoch": 2.0, "eval_loss": 0.5, "loss": 0.4, "learning_rate": 1e-4, "f1": 0.9, "note": "x"} ',
    { epoch: 2, valLoss: 0.5, loss: 0.4, learningRate: 1e-4, tokens: 0, extra: { f1: 0.9 } },
  ],
  [
    '{"epoch": 3, "val_loss": NaN, "loss": -Infinity}',
    { epoch: 3, valLoss: NaN, loss: -Infinity, learningRate: null, tokens: 0, extra: {} },
  ],
])('%s ends an epoch', (line, report) => {
  expect(readLine(line)).toEqual({ kind: 'epoch', report, checkpoint: null })
})

it('a step inside an epoch is progress', () => {
  expect(readLine('{"epoch": 1, "step": 3, "steps": 10, "loss": 2}')).toEqual({
    kind: 'progress',
    epoch: 1,
    step: 3,
    steps: 10,
    loss: 2,
  })
})

it.each([
  '',
  'epoch 1: 0.5',
  '{',
  '{"epoch": 1',
  "{'epoch': 1, 'valLoss': 0.5}",
  '{"epoch": 1}',
  '{"valLoss": 1}',
  '{"epoch": 1, "valLoss": "low"}',
  '[1]',
  'null',
])('%j is what a program prints otherwise', line => {
  expect(readLine(line)).toBeNull()
})
