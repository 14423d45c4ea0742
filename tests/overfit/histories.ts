import { keyedUniform } from '../../src/math/random.js'
import type { VerdictInput } from '../../src/overfit/index.js'

/** A history for a test: a constant learning rate and 20 epochs, unless said otherwise. */
export function historyOf(
  valLoss: readonly number[],
  train?: readonly number[],
  rest: Partial<VerdictInput> = {},
): VerdictInput {
  const epochs = valLoss.map((value, i) => ({
    epoch: i + 1,
    loss: train?.[i] ?? null,
    valLoss: value,
  }))
  return {
    epochs,
    budget: 20,
    schedule: 'constant',
    validationTokens: null,
    startValLoss: null,
    ...rest,
  }
}

/** What the judge says epoch by epoch, up to and including the epoch at which it stops. */
export function epochsOf<T extends { readonly stop: boolean }>(
  judge: (history: VerdictInput) => T,
  history: VerdictInput,
): T[] {
  const said: T[] = []
  for (let n = 1; n <= history.epochs.length && !said.at(-1)?.stop; n++)
    said.push(judge({ ...history, epochs: history.epochs.slice(0, n) }))
  return said
}

/** Noise as evaluation makes it: each reading off by a share of the loss, neighbours off alike. */
export function noisy(loss: readonly number[], share: number, normal: () => number): number[] {
  let error = share * normal()
  return loss.map(value => {
    const reading = value * Math.exp(error)
    error = 0.5 * error + Math.sqrt(0.75) * share * normal()
    return reading
  })
}

/** Standard normal draws that are always the same. */
export function normalsOf(seed: number): () => number {
  const uniform = keyedUniform([seed])
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
