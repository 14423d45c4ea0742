import { describe, expect, it } from 'vitest'
import { judge } from '../../src/overfit/index.js'
import type { CurveHistory } from '../../src/overfit/index.js'

const curve = (valLoss: readonly number[], train?: readonly number[], rest: Partial<CurveHistory> = {}): CurveHistory => ({
  epochs: valLoss.map((value, i) => ({ epoch: i + 1, loss: train?.[i] ?? null, valLoss: value })),
  budget: 20,
  schedule: 'constant',
  validationTokens: null,
  startValLoss: null,
  ...rest,
})

describe('judge', () => {
  it('stops a fine-tuning whose validation loss rises while training loss keeps falling', () => {
    const history = curve([2.1, 1.7, 1.6, 1.66, 1.74, 1.83], [2.3, 1.6, 1.2, 0.9, 0.6, 0.4], { startValLoss: 3.5 })
    expect(judge(history)).toMatchObject({ kind: 'overfit', stop: true, bestEpoch: 3 })
    expect(judge(history).reason).toBe('validation loss rose 0.23 nats over epochs 3–6 while training loss kept falling; best epoch 3')
  })

  it('lets a falling curve run to the end of its budget', () => {
    const loss = [3, 2.5, 2.15, 1.9, 1.7, 1.55]
    loss.forEach((_, i) => expect(judge(curve(loss.slice(0, i + 1), loss, { budget: 6 })).stop).toBe(false))
    expect(judge(curve(loss, loss, { budget: 6 }))).toMatchObject({ kind: 'still-improving', bestEpoch: 6 })
  })

  it('does not judge two epochs', () => {
    expect(judge(curve([2, 1.8]))).toMatchObject({ kind: 'too-early', stop: false, bestEpoch: 2 })
  })

  it('calls a flat curve a plateau and stops it', () => {
    expect(judge(curve([3, 2, 1.6, 1.5, 1.49, 1.488, 1.487, 1.487, 1.486]))).toMatchObject({ kind: 'plateau', stop: true })
  })

  it('stops at once when a loss is not a number', () => {
    expect(judge(curve([2, NaN], [2, 2]))).toMatchObject({ kind: 'diverged', stop: true, bestEpoch: 1 })
  })

  it('calls a curve that only climbs diverged, unless training learned meanwhile', () => {
    expect(judge(curve([4, 5.5, 7], [4, 5, 7], { startValLoss: 2.5 }))).toMatchObject({ kind: 'diverged', stop: true })
    expect(judge(curve([2.6, 2.8, 3.1, 3.4], [2, 1.2, 0.6, 0.2], { startValLoss: 2.5 }))).toMatchObject({ kind: 'overfit' })
  })

  it('sees a fine-tuning learn its examples by heart before validation loss has risen much', () => {
    // A real curve: 140 examples, learning rate 7e-4; continued to epoch 30 its validation loss rises steadily to 0.449.
    const loss = [1.8, 0.711, 0.424, 0.381, 0.391, 0.369, 0.373, 0.412, 0.392]
    const train = [2.961, 0.817, 0.247, 0.087, 0.05, 0.025, 0.017, 0.008, 0.006]
    const at = (n: number) => judge(curve(loss.slice(0, n), train, { startValLoss: 4.95 }))
    expect(at(6)).toMatchObject({ kind: 'still-improving', stop: false })
    expect(at(8)).toMatchObject({ kind: 'overfit', stop: false, bestEpoch: 6 })
    expect(at(9)).toMatchObject({ kind: 'overfit', stop: true, bestEpoch: 6 })
    expect(at(9).reason).toBe(
      'validation loss has not improved on the 0.37 of epoch 6 (it averages 0.39 since) while training loss fell to 0.006: the examples are being learnt by heart; best epoch 6',
    )
  })

  it('does not call it learning by heart while training loss is near validation loss', () => {
    expect(judge(curve([2, 1.5, 1.3, 1.32, 1.33, 1.32], [2.2, 1.6, 1.3, 1.2, 1.1, 1.05])).kind).not.toBe('overfit')
  })
})
