import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'

interface Trial {
  readonly number: number
  readonly params: { readonly learningRate: number; readonly epochs: number }
  readonly losses: readonly number[]
}

const file = fileURLToPath(new URL('../../examples/minitune.mjs', import.meta.url))
const { decide, minitune, winner } = (await import(file)) as {
  decide: (trials: readonly Trial[], seed: number) => Pick<Trial, 'params'>
  minitune: (count: number, seed?: number) => readonly Trial[]
  winner: (trials: readonly Trial[]) => Trial | undefined
}

it('finds the learning rate, ends trials that overfit, and replays every decision', () => {
  const trials = minitune(20)
  expect(trials).toHaveLength(20)
  expect(Math.log10(winner(trials)!.params.learningRate)).toBeCloseTo(-3, 1)
  expect(trials.every(({ losses, params }) => losses.length < params.epochs)).toBe(true)
  for (const { number, params } of trials)
    expect(decide(trials.slice(0, number), 1).params).toEqual(params)
})

it('fits in 60 lines, and its types are right', () => {
  const lines = readFileSync(file, 'utf8').split('\n')
  expect(lines.filter(line => line.trim() !== '').length).toBeLessThanOrEqual(60)
  const program = ts.createProgram([file], {
    allowJs: true,
    checkJs: true,
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  })
  const messages = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  expect(messages).toEqual([])
})
