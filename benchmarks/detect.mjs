// The judge as a detector for curves of LCBench: 52 epochs under a cosine, validation losses only.
import { judge } from '../dist/overfit/index.js'

export const EPOCHS = 52

/** @param {number[]} losses validation losses of epochs 1, 2, … */
export default function detect(losses) {
  const epochs = losses.map((valLoss, i) => ({ epoch: i + 1, loss: null, valLoss }))
  const { stop, kind, bestEpoch } = judge({
    epochs,
    budget: EPOCHS,
    schedule: 'cosine',
    validationTokens: null,
    startValLoss: null,
  })
  return { stop, verdict: kind, bestEpoch }
}
