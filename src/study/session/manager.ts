import type { StudyDocument, StudyState } from '../../record/document.js'
import { goOn, isFinished, leadersOf, type TrialRecord } from '../../record/trial.js'
import { decide } from '../decision/decide.js'
import { standingOf, type Search, type Session } from './session.js'
import { leavePaused } from './settle.js'
import { replaceTrials } from './trials.js'
import { train } from './training.js'
import { Mutex } from '../../util/mutex.js'

/**
 * Runs trials until the study's budget is spent, its space exhausted, no epoch worth its cost, or
 * somebody asks it to stop. Trials that an earlier session left running are continued first, from
 * their last checkpoints.
 *
 * @returns why it ended
 */
export async function search(
  session: Session,
): Promise<{ readonly state: StudyState; readonly reason: string }> {
  const { store, pool, signal } = session
  const work: Search = { ...session, mutex: new Mutex() }
  const active = new Map<number, Promise<void>>()
  const failures: unknown[] = []
  const begin = (leader: number, again: boolean) => {
    active.set(
      leader,
      train(work, leader, again)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => active.delete(leader)),
    )
  }
  let reason = ''
  for (const trial of interrupted(store.document)) begin(trial.number, true)
  for (;;) {
    while (!signal.aborted && failures.length === 0 && active.size < pool.slots) {
      const next = await work.mutex
        .run(() => takeUp(work))
        .catch((error: unknown) => void failures.push(error))
      if (!next) break
      if (next.kind === 'nothing') {
        ;({ reason } = next)
        break
      }
      begin(next.leader, false)
    }
    if (active.size === 0) break
    await (failures.length > 0 ? Promise.all(active.values()) : Promise.race(active.values()))
  }
  if (failures.length > 0) throw failures[0]
  if (signal.aborted) return { state: 'stopped', reason: 'stopped on request' }
  await leavePaused(work, reason)
  const { document } = store
  if (!document.trials.some(({ state }) => state === 'complete'))
    return { state: 'failed', reason: allFailed(document) }
  return { state: 'complete', reason }
}

/** Decides what a free slot is for, and records it. */
async function takeUp({
  store,
  decide: elsewhere,
}: Search): Promise<
  | { readonly kind: 'training'; readonly leader: number }
  | { readonly kind: 'nothing'; readonly reason: string }
> {
  const standing = standingOf(store)
  const decision = elsewhere ? await elsewhere(standing) : decide(standing)
  if (decision.kind === 'nothing') return decision
  if (decision.kind === 'begin') {
    await store.update(document => ({
      ...document,
      trials: [...document.trials, ...decision.trials],
    }))
    return { kind: 'training', leader: decision.trials.at(-1)!.number }
  }
  const trial = store.document.trials[decision.trial]
  if (trial?.state !== 'paused')
    throw new Error(`trial ${decision.trial} is to go on and is not paused`)
  await replaceTrials(store, [goOn(trial, decision.stage)])
  return { kind: 'training', leader: trial.number }
}

/** Trainings that were under way, or had been given epochs, when an earlier session ended. */
function interrupted({ trials }: StudyDocument): readonly TrialRecord[] {
  return leadersOf(trials).filter(trial => trial.state !== 'paused' && !isFinished(trial))
}

function allFailed({ trials }: StudyDocument): string {
  const last = trials.findLast(trial => trial.state === 'failed')
  return `no trial completed${last ? `; the last one: ${last.failure.message}` : ''}`
}
