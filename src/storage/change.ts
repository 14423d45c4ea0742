import { decodeTrial } from '../record/decode.js'
import { decodeStudy } from './decode-study.js'
import type { StudyDocument } from '../record/document.js'
import { isFinished, type TrialRecord } from '../record/trial.js'

/**
 * Refuses what no study may become: bugs, not the user's, which on disk would be a damaged study.
 *
 * @throws Error saying which rule the change breaks
 */
export function checkChange(before: StudyDocument, after: StudyDocument): void {
  before.trials.forEach((trial, i) => {
    const then = after.trials[i]
    if (
      trial !== then &&
      isFinished(trial) &&
      !isRetry(trial, then) &&
      JSON.stringify(trial) !== JSON.stringify(then)
    ) {
      throw new Error(`trial ${i} is finished and never changes`)
    }
  })
  after.trials.forEach((trial, i) => {
    if (trial === before.trials[i]) return
    if (trial.number !== i) throw new Error(`trial ${trial.number} is in place ${i}`)
    if (trial.leader >= after.trials.length)
      throw new Error(`trial ${i} reads its epochs from trial ${trial.leader}, which is not there`)
    decodeTrial(asRead(trial), `trial ${i}`)
    requireFiniteNumbers(trial, `trial ${i}`)
  })
  if (fieldsDiffer(before, after)) {
    decodeStudy(asRead({ ...after, trials: [] }), 'the study document')
    requireFiniteNumbers({ ...after, trials: [] }, 'the study document')
  }
}

/** A failed trial that is to run again, which its record says. */
function isRetry(before: TrialRecord, after: TrialRecord | undefined): boolean {
  const count = (trial: TrialRecord) => trial.retries?.length ?? 0
  return before.state === 'failed' && after !== undefined && count(after) === count(before) + 1
}

function fieldsDiffer(before: StudyDocument, after: StudyDocument): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof StudyDocument)[])
  names.delete('trials')
  return [...names].some(name => before[name] !== after[name])
}

/** @throws UserError naming the field of a new study's document that does not fit */
export function checkNew(document: StudyDocument): StudyDocument {
  const read = decodeStudy(asRead(document), 'the new study')
  requireFiniteNumbers(document, 'the new study')
  return read
}

/** A value as it comes back from a file. */
function asRead(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

/**
 * JSON writes NaN and infinity as null, which a field that may be null takes without a word.
 *
 * @throws Error naming the field of a number that JSON cannot hold
 */
function requireFiniteNumbers(value: unknown, at: string): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error(`${at} is ${value}, which a study's record cannot hold`)
  if (typeof value !== 'object' || value === null) return
  for (const [name, entry] of Object.entries(value)) requireFiniteNumbers(entry, `${at}.${name}`)
}
