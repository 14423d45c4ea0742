import type { StudyDocument } from '../../record/document.js'
import { isFinished, leadingTrials, type TrialRecord } from '../../record/trial.js'
import { Mutex } from '../../util/mutex.js'
import { endSearch, type SearchEnd } from '../trials/end.js'
import type { Search, Session } from './session.js'
import { takeTrial } from '../trials/take.js'
import { DiskFull } from '../../storage/index.js'
import { Exclusive } from '../../util/exclusive.js'
import { DeviceLost } from '../../trial/index.js'
import { FailureLimit } from './failure-limit.js'
import { Training } from './training.js'

/**
 * Runs trials until the study's budget is spent, its space exhausted, no epoch worth its cost, or
 * somebody asks it to stop. Trials that an earlier session left running are continued first, from
 * their last checkpoints.
 */
export function search(session: Session): Promise<SearchEnd> {
  return new Scheduler({ ...session, mutex: new Mutex() }).run()
}

/**
 * Fills the slots of a study's pool.
 *
 * `filling`: a free slot gets a trial that waits, or the next decision. `draining`: nothing new
 * begins, because nothing is left to begin, the study was stopped or paused, its trials crash, the
 * disk is full, or the record cannot be written; what runs is waited for.
 */
export class Scheduler {
  readonly #search: Search
  readonly #active = new Map<number, Promise<void>>()
  readonly #failures: unknown[] = []
  readonly #exclusive = new Exclusive()
  readonly #waiting = new Set<number>()
  /** Why the study stops though trials are left; it continues when it is run again. */
  #halt: string | null = null
  readonly #limit: FailureLimit
  #slots: number
  #reason = ''
  #wake: () => void = () => undefined

  constructor(search: Search) {
    this.#search = search
    this.#slots = search.pool.slots
    this.#limit = new FailureLimit(search.store.document.spec)
  }

  /** Trials side by side from now on; running ones are not ended. */
  get slots(): number {
    return this.#slots
  }

  set slots(count: number) {
    this.#slots = count
    this.changed()
  }

  /** Looks again at what can begin: after trials, slots, priorities or the pause have changed. */
  changed(): void {
    this.#wake()
  }

  /** Trials that have begun and are to be begun again. */
  again(numbers: readonly number[]): void {
    for (const number of numbers) this.#waiting.add(number)
    this.changed()
  }

  async run(): Promise<SearchEnd> {
    this.#search.signal.addEventListener('abort', () => this.changed(), { once: true })
    this.again(interrupted(this.#search.store.document).map(({ number }) => number))
    for (;;) {
      const changed = new Promise<void>(resolve => (this.#wake = resolve))
      const filled = await this.#fill()
      if (this.#active.size === 0 && filled === 'done') break
      if (this.#failures.length > 0) await Promise.all(this.#active.values())
      else await Promise.race([...this.#active.values(), changed])
    }
    if (this.#failures.length > 0) throw this.#failures[0]
    if (this.#halt !== null && !this.#search.signal.aborted)
      return { state: 'stopped', reason: this.#halt }
    return endSearch(this.#search, this.#reason)
  }

  /** @returns `done` if nothing will begin however long one waits, but for trials that run */
  async #fill(): Promise<'waits' | 'done'> {
    const { signal, store } = this.#search
    const waiting = this.#waiting
    while (!signal.aborted && this.#failures.length === 0 && this.#halt === null) {
      if (store.document.paused) return 'waits'
      if (this.#active.size >= this.#slots) return 'waits'
      const first = byPriority(waiting, store.document)[0]
      if (first !== undefined) {
        waiting.delete(first)
        this.#begin(first, true)
        continue
      }
      const next = await this.#search.mutex
        .run(() => takeTrial(this.#search))
        .catch((error: unknown) => void this.#broken(error))
      if (!next) break
      if (next.kind === 'nothing') {
        this.#reason = next.reason
        break
      }
      this.#begin(next.leader, false)
    }
    return 'done'
  }

  #begin(leader: number, again: boolean): void {
    this.#active.set(
      leader,
      new Training(this.#search, leader, again, this.#exclusive)
        .run()
        .then(() => this.#ended(leader))
        .catch((error: unknown) => this.#broken(error))
        .finally(() => this.#active.delete(leader)),
    )
  }

  #ended(leader: number): void {
    this.#halt ??= this.#limit.reasonAfter(this.#search.store.document.trials[leader])
  }

  /** A full disk or a lost device ends the session and not the study. */
  #broken(error: unknown): void {
    if (error instanceof DiskFull || error instanceof DeviceLost) this.#halt ??= error.message
    else this.#failures.push(error)
  }
}

/** Trainings of the study's own slots that an earlier session had begun, or had decided to. */
function interrupted({ trials }: StudyDocument): readonly TrialRecord[] {
  return leadingTrials(trials).filter(
    trial =>
      trial.state !== 'paused' &&
      !isFinished(trial) &&
      !(trial.state === 'running' && trial.owner !== undefined),
  )
}

/** Those of higher priority first, of equals the one with the lower number. */
function byPriority(
  waiting: ReadonlySet<number>,
  { priorities = {} }: StudyDocument,
): readonly number[] {
  return [...waiting].sort((a, b) => (priorities[b] ?? 0) - (priorities[a] ?? 0) || a - b)
}
