import type { StudyDocument } from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'
import type { StudySpec } from '../record/study.js'
import {
  isFinished,
  type FinishedTrial,
  type PausedTrial,
  type TrialRecord,
} from '../record/trial.js'
import { rankingSoFar, type RankedTrial } from '../ranking/index.js'
import { studyProgress, type Progress, type TrialCost } from '../report/index.js'
import { trialPlan } from '../study/index.js'

/** The trials of a running search, by state, kept up to date by its events. */
export class SearchProgress {
  /** Costs of the trials that are running or paused. */
  readonly #unfinished = new Map<number, TrialCost>()
  readonly #paused = new Map<number, PausedTrial>()
  readonly #finished = new Map<number, FinishedTrial>()

  /** Takes over the trials of an earlier session. */
  resume({ trials }: StudyDocument): void {
    for (const trial of trials) {
      if (isFinished(trial)) this.finish(trial)
      else if (trial.state === 'paused') this.pause(trial)
    }
  }

  /** A further attempt, or a resumed trial, keeps the cost of its earlier epochs. */
  start(trial: TrialRecord): void {
    const { seconds = 0, epochsRun = 0 } = this.#unfinished.get(trial.number) ?? {}
    this.#paused.delete(trial.number)
    this.#unfinished.set(trial.number, { ...trial, seconds, epochsRun })
  }

  addEpoch(number: number, { epoch, seconds }: Pick<EpochMetrics, 'epoch' | 'seconds'>): void {
    const trial = this.#unfinished.get(number)
    if (!trial) return
    this.#unfinished.set(number, {
      ...trial,
      seconds: trial.seconds + seconds,
      epochsRun: Math.max(trial.epochsRun, epoch),
    })
  }

  pause(trial: PausedTrial): void {
    this.#unfinished.set(trial.number, trial)
    this.#paused.set(trial.number, trial)
  }

  finish(trial: FinishedTrial): void {
    this.#finished.set(trial.number, trial)
    this.#unfinished.delete(trial.number)
    this.#paused.delete(trial.number)
  }

  progress(spec: StudySpec): Progress {
    const { pacing } = trialPlan(spec)
    return studyProgress(
      [...this.#finished.values(), ...this.#unfinished.values()],
      spec,
      true,
      pacing.kind === 'allocator' ? pacing.maxEpochs : null,
    )
  }

  best(spec: StudySpec): RankedTrial | undefined {
    const trials = [...this.#finished.values(), ...this.#paused.values()]
    return rankingSoFar({ spec, trials })[0]
  }
}
