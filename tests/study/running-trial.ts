import type { RunningTrial } from '../../src/record/trial.js'

/** A trial that a session had begun when it was killed. */
export function begin(number: number): RunningTrial {
  return {
    number,
    params: { learningRate: 1e-4 * (number + 1), batchSize: 4, epochs: 1 },
    basis: { finished: [], running: [] },
    leader: number,
    rationale: { method: 'random', text: 'drawn at random', expected: null },
    state: 'running',
    attempt: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    device: 'cpu',
  }
}
