import type { TrainResult } from '../../src/record/job.js'
import { judge } from '../../src/overfit/index.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import type { Params } from '../../src/space/parameter.js'
import type { Job, JobResult, TrainJob } from '../../src/trial/index.js'
import type { DevicePool } from '../../src/trial/pool.js'

/** Told at each epoch of each training; throwing what a pool throws makes that happen. */
export type Mishap = (job: TrainJob, epoch: number) => Error | null

/** The validation loss after an epoch. */
export type Formula = (params: Params, epoch: number) => number

/** Lowest at epoch 4, and near a learning rate of 1e-3. */
const valley: Formula = ({ learningRate }, epoch) =>
  1 + Math.abs(Math.log10(Number(learningRate)) + 3) + 0.05 * (epoch - 4) ** 2

/**
 * A pool on which trainings are formulas.
 * A process that dies continues, as a real one does, from the epochs that its checkpoint holds.
 */
export function fakePool(
  slots: number,
  mishap: Mishap = () => null,
  valLossOf = valley,
): DevicePool & { readonly trained: { trial: number; attempt: number; epoch: number }[] } {
  const trained: { trial: number; attempt: number; epoch: number }[] = []
  const checkpoints = new Map<number, EpochMetrics[]>()
  return {
    slots,
    trained,
    close: () => Promise.resolve(),
    run(job: Job, events = {}) {
      let stopped = false
      const work = async (): Promise<unknown> => {
        await tick()
        switch (job.kind) {
          case 'prepare':
            return preparation
          case 'answer':
            return {
              answers: job.prompts.map(
                prompt => `${job.model.endsWith('export') ? 'after' : 'before'}: ${prompt}`,
              ),
            }
          case 'export':
            return { dir: job.dir, recheckedValLoss: job.valLoss, verified: true }
          case 'measure':
            throw new Error('a formula has no checkpoint to be measured from')
          case 'train':
            events.started?.({ device: 'cpu', slot: job.trial % slots })
            return train(job)
        }
      }
      const train = async (job: TrainJob): Promise<TrainResult> => {
        const history = [...(checkpoints.get(job.trial) ?? [])]
        const budget = Number(job.params['epochs'])
        const asked = async () =>
          !job.awaitsDecision ||
          history.length === 0 ||
          (await events.mayContinue?.(history)) !== false
        const verdictOf = () =>
          judge({
            epochs: history,
            budget,
            schedule: 'constant',
            validationTokens: 400,
            startValLoss: 6,
          })
        while (history.length < budget) {
          if (history.length >= (job.pauseAfter ?? budget) || !(await asked()))
            return { kind: 'paused', history }
          await tick()
          const epoch = history.length + 1
          const error = mishap(job, epoch)
          if (error) throw error
          trained.push({ trial: job.trial, attempt: job.attempt, epoch })
          history.push({
            epoch,
            loss: 3 / epoch,
            valLoss: valLossOf(job.params, epoch),
            learningRate: 1e-3,
            tokens: 100,
            seconds: 1,
          })
          checkpoints.set(job.trial, [...history])
          events.epoch?.(history.at(-1)!, verdictOf())
          if (stopped) return { kind: 'stopped', history }
          if (job.earlyStopping !== 'off' && verdictOf().stop)
            return { kind: 'complete', history, verdict: verdictOf(), stop: 'verdict' }
        }
        return { kind: 'complete', history, verdict: verdictOf(), stop: 'budget' }
      }
      return {
        result: work() as Promise<JobResult<typeof job>>,
        stop: () => (stopped = true),
      } as never
    },
  }
}

const preparation = {
  engine: 'formula',
  model: { parameters: 1, vocabulary: 1, layers: 1, width: 1, architecture: 'none' },
  data: {
    format: 'none',
    examples: 10,
    train: 8,
    validation: 2,
    tokens: 100,
    trainedTokens: 50,
    validationTokens: 400,
    duplicates: 0,
    truncated: 0,
    dropped: [],
  },
  valLoss: 6,
}

function tick(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
