import { DEFAULTS } from '../../settings/index.js'
import type { StudySpec } from '../../record/study.js'
import type { FailedTrial, TrialRecord } from '../../record/trial.js'
import { isFinished } from '../../record/trial.js'

/** Trials after which a share of failures means something. */
const LEAST_TRIALS = 3

/**
 * Ends a session whose trials all fail for the same reason, before they use up the study.
 *
 * A trial that diverged or does not fit into memory is a result: it never counts. Neither does one
 * that had reported an epoch.
 */
export class FailureLimit {
  readonly #study: string
  readonly #limit: number
  #finished = 0
  #failed = 0
  /** Failures in a row with the same message. */
  #row: readonly number[] = []
  #message = ''

  constructor({ name, stopAfterFailures = DEFAULTS.stopAfterFailures }: StudySpec) {
    this.#study = name
    this.#limit = stopAfterFailures
  }

  /** @returns why the study should stop after this trial, or null */
  reasonAfter(trial: TrialRecord | undefined): string | null {
    if (!trial || !isFinished(trial)) return null
    this.#finished++
    if (!isFault(trial)) {
      this.#row = []
      return null
    }
    this.#failed++
    const message = comparable(trial.failure.message)
    this.#row = message === this.#message ? [...this.#row, trial.number] : [trial.number]
    this.#message = message
    return this.#reason(trial)
  }

  #reason({ failure }: FailedTrial): string | null {
    const limit = this.#limit
    if (limit === 0) return null
    const remedy = `Mend it, then: tune study retry ${this.#study} && tune study run ${this.#study}`
    if (limit >= 1)
      return this.#row.length < limit
        ? null
        : `${this.#row.length} trials in a row failed before their first epoch with the same ` +
            `message: ${failure.message}. ${remedy}`
    return this.#finished < LEAST_TRIALS || this.#failed <= limit * this.#finished
      ? null
      : `${this.#failed} of ${this.#finished} trials failed before their first epoch; the last ` +
          `one: ${failure.message}. ${remedy}`
  }
}

function isFault(trial: TrialRecord): trial is FailedTrial {
  if (trial.state !== 'failed' || trial.epochsRun > 0) return false
  return trial.failure.kind === 'crashed' || trial.failure.kind === 'invalid'
}

/** A message without what differs from run to run: numbers, times, addresses. */
function comparable(message: string): string {
  return message.replace(/0x[0-9a-f]+|\d+(?:[.:,-]\d+)*/gi, '#')
}
