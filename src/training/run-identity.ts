import { isDeepStrictEqual } from 'node:util'
import type { TrainJob } from '../record/job.js'
import { isPrefixed } from './schedule.js'
import { optional } from '../util/optional.js'
import { settingsIdentity, type TrainSettings } from './settings.js'

/**
 * What two attempts must have in common for one to resume where the other stopped, as JSON. Only a
 * constant rate does not depend on how many epochs were planned.
 */
export function runIdentity(
  {
    seed,
    trial,
    objective,
    scoreEpoch,
  }: Pick<TrainJob, 'seed' | 'trial' | 'objective' | 'scoreEpoch'>,
  { epochs, ...settings }: TrainSettings,
  stepsPerEpoch: number,
): string {
  return JSON.stringify({
    seed,
    trial,
    settings: settingsIdentity(settings),
    stepsPerEpoch,
    ...optional({ objective, scoreEpoch, epochs: isPrefixed(settings) ? undefined : epochs }),
  })
}

/**
 * Whether a checkpoint is of this run. Settings of an earlier version are brought to today's form:
 * it stated some that have their defaults, and named `scoreEpoch` otherwise.
 *
 * @param stored the identity in the checkpoint
 */
export function isSameRun(stored: string, identity: string): boolean {
  const { settings, ...fields } = JSON.parse(stored) as {
    readonly settings: Omit<TrainSettings, 'epochs'>
    readonly [field: string]: unknown
  }
  const today = Object.entries(fields).map(([name, value]) => [RENAMED[name] ?? name, value])
  return isDeepStrictEqual(
    { ...Object.fromEntries(today), settings: settingsIdentity(settings) },
    JSON.parse(identity),
  )
}

/** Fields that identities of an earlier version name otherwise. */
const RENAMED: Readonly<Record<string, string>> = { trialScore: 'scoreEpoch' }
