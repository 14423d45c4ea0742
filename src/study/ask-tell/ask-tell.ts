import { UserError } from '../../errors.js'
import type { EpochMetrics } from '../../record/metric.js'
import { isFinished, type RunningTrial, type TrialRecord } from '../../record/trial.js'
import { optional } from '../../util/optional.js'
import { trialPlan } from '../decision/plan.js'
import { takeTrial } from '../trials/take.js'
import type { TrialContext } from '../trials/context.js'
import { fail, finishMembers, settle } from '../trials/settle.js'
import { prunerDecision } from '../trials/pruning.js'
import { replaceTrials } from '../trials/replace.js'
import { askedTrial, begin, checkOrder, failure, judgeTrial, pausesAfter } from './called-trial.js'
import type {
  AskAnswer,
  AskRequest,
  ReportAnswer,
  ReportedEpoch,
  ReportRequest,
  TellAnswer,
  TellRequest,
  TrialValue,
} from './protocol.js'

/**
 * Hands out the trials of a study to callers who train them by themselves, and records what they
 * report. Decisions and records are the same as those for the study's own slots, under the same
 * mutex, so that no trial goes to two callers and every decision can be replayed.
 */
export class AskTell {
  readonly #context: TrialContext
  readonly #changed: () => void
  readonly #judgesReports: boolean
  /** Why the last `ask` got nothing while no trial ran; null otherwise. */
  #exhausted: string | null = null

  /**
   * @param changed called after a trial was handed out or has ended
   * @param judgesReports answers a report with advice, and publishes it; a caller that needs
   *   neither
   *   is spared the judgement of its whole curve after each epoch
   */
  constructor(
    context: TrialContext,
    changed: () => void = () => undefined,
    { judgesReports = true }: { readonly judgesReports?: boolean } = {},
  ) {
    this.#context = context
    this.#changed = changed
    this.#judgesReports = judgesReports
  }

  /**
   * Hands out the next trial; with `trial`, that one again, as a further attempt. The same
   * `request` gets the same trial, so that a caller whose answer was lost may repeat its call.
   */
  async ask(request: AskRequest): Promise<AskAnswer> {
    const exhausted = this.#exhausted
    const answer = await this.#context.mutex.run(() => this.#ask(request))
    // An answer that changes nothing must not wake those who ask again at each change.
    if (answer.kind === 'trial' || this.#exhausted !== exhausted) this.#changed()
    return answer
  }

  /** Records an epoch of a trial that was handed out. */
  report({ trial: number, attempt, metrics: reported }: ReportRequest): Promise<ReportAnswer> {
    const { store, on } = this.#context
    return this.#context.mutex.run(async () => {
      const trial = this.#handedOut(number, attempt)
      if (trial.kind === 'over') return { accepted: false, reason: trial.reason }
      checkOrder(number, reported.epoch, store.epochs(number).length)
      const metrics = this.#complete(trial.record, reported)
      await store.appendEpoch(number, trial.record.attempt, metrics)
      await finishMembers(this.#context, number)
      const history = store.epochs(number)
      if (!this.#judgesReports) return { accepted: true, prune: null, stop: null }
      on({
        type: 'epoch',
        trial: number,
        metrics,
        verdict: judgeTrial(this.#context.store.document, trial.record, history),
      })
      return {
        accepted: true,
        prune: this.pruneReason(number, history),
        stop: this.stopReason(number, history),
      }
    })
  }

  /** Records how a trial ended that was handed out; a stage that ends early pauses the trial. */
  async tell(request: TellRequest): Promise<TellAnswer> {
    const answer = await this.#context.mutex.run(() => this.#tell(request))
    this.#changed()
    return answer
  }

  /** Why the study's pruner gives a trial up that has this curve; null while it does not. */
  pruneReason(number: number, history: readonly EpochMetrics[]): string | null {
    return prunerDecision(this.#context, number)?.(history)?.reason ?? null
  }

  /** Why no further epoch of a trial is wanted that has this curve; null while one is. */
  stopReason(number: number, history: readonly EpochMetrics[]): string | null {
    const { store, signal } = this.#context
    if (signal.aborted) return 'the study is being stopped'
    if (history.length === 0) return null
    const { stop, reason } = judgeTrial(
      this.#context.store.document,
      store.document.trials[number]!,
      history,
    )
    return stop ? reason : null
  }

  async #ask({ owner, request, trial }: AskRequest): Promise<AskAnswer> {
    const { store, signal } = this.#context
    const { document } = store
    const repeated = request === undefined ? undefined : this.#requestedTrial(request)
    if (repeated) return { kind: 'trial', trial: askedTrial(repeated, this.#context.store) }
    const holder = optional({ owner, request })
    if (trial !== undefined) return this.#askAgain(trial, holder)
    if (signal.aborted) return this.#nothing('the study is being stopped')
    if (document.paused)
      return this.#nothing(
        `the study is paused; resume it: tune study resume ${document.spec.name}`,
      )
    const taken = await takeTrial(this.#context, waiting => begin(waiting, holder))
    if (taken.kind === 'nothing') {
      const answer = this.#nothing(taken.reason)
      if (answer.kind === 'nothing' && answer.running.length === 0) this.#exhausted = taken.reason
      return answer
    }
    this.#exhausted = null
    const record = store.document.trials[taken.leader] as RunningTrial
    this.#context.on({ type: 'trial-started', trial: record, slot: 0 })
    return { kind: 'trial', trial: askedTrial(record, this.#context.store) }
  }

  async #askAgain(
    number: number,
    holder: Pick<RunningTrial, 'owner' | 'request'>,
  ): Promise<AskAnswer> {
    const record = this.#record(number)
    if (record.state !== 'running' || record.owner === undefined)
      return this.#nothing(
        `trial ${number} is ` +
          `${record.state}${record.state === 'running' ? ' in a slot of the study' : ''}, so ` +
          'it cannot be asked for again',
      )
    const { request: _, ...rest } = record
    const again = { ...rest, ...holder, attempt: record.attempt + 1 }
    await replaceTrials(this.#context.store, [again])
    return { kind: 'trial', trial: askedTrial(again, this.#context.store) }
  }

  async #tell({ trial: number, attempt, ...result }: TellRequest): Promise<TellAnswer> {
    const trial = this.#handedOut(number, attempt)
    if (trial.kind === 'over') return { accepted: false, reason: trial.reason }
    const { store } = this.#context
    const { record } = trial
    if (result.state === 'failed') {
      await fail(
        this.#context,
        number,
        failure(result.failure, result.message, store.epochs(number).length),
      )
      return this.#accepted(number)
    }
    await this.#addValue(record, result)
    const history = store.epochs(number)
    if (history.length === 0)
      throw new UserError(
        `trial ${number}`,
        'has no validation loss',
        `Report one, or tell that it failed: tune study tell NAME ${number} --failed "what ` +
          'happened"',
      )
    const prune =
      result.state === 'pruned' ? (prunerDecision(this.#context, number)?.(history) ?? null) : null
    await settle(
      this.#context,
      number,
      prune !== null || pausesAfter(record, history.length)
        ? { kind: 'paused', history }
        : {
            kind: 'complete',
            history,
            verdict: judgeTrial(this.#context.store.document, record, history),
            stop: 'budget',
          },
      prune,
    )
    return this.#accepted(number)
  }

  /** A value that is no reported epoch's becomes that of a further epoch. */
  async #addValue(
    { number, attempt, startedAt }: RunningTrial,
    { valLoss, metrics = {} }: TrialValue,
  ): Promise<void> {
    const { store } = this.#context
    const epochs = store.epochs(number)
    if (valLoss === undefined || epochs.some(epoch => epoch.valLoss === valLoss)) return
    const epoch = epochs.length + 1
    const complete = this.#complete({ number, startedAt }, { ...metrics, epoch, valLoss })
    await store.appendEpoch(number, attempt, complete)
  }

  /**
   * What a caller leaves out: `seconds` is the time since the trial's last report, or its start.
   */
  #complete(
    { number, startedAt }: Pick<RunningTrial, 'number' | 'startedAt'>,
    { epoch, valLoss, extra, ...reported }: ReportedEpoch,
  ): EpochMetrics {
    const before = this.#context.store.epochs(number).reduce((sum, { seconds }) => sum + seconds, 0)
    return {
      epoch,
      loss: reported.loss ?? null,
      // JSON has no NaN: from another process it comes as null.
      valLoss: valLoss ?? Number.NaN,
      learningRate: reported.learningRate ?? null,
      tokens: reported.tokens ?? 0,
      seconds:
        reported.seconds ?? Math.max(0, (Date.now() - Date.parse(startedAt)) / 1000 - before),
      ...optional({ extra }),
    }
  }

  #accepted(number: number): TellAnswer {
    const { state } = this.#context.store.document.trials[number]!
    return { accepted: true, state }
  }

  #requestedTrial(request: string): RunningTrial | undefined {
    return this.#context.store.document.trials.find(
      (trial): trial is RunningTrial => trial.state === 'running' && trial.request === request,
    )
  }

  /** Why there is nothing left to train; null while trials run, or may begin. */
  overReason(): string | null {
    const { spec, trials } = this.#context.store.document
    if (trials.some(trial => trial.state === 'running' || trial.state === 'waiting')) return null
    if (trialPlan(spec).pacing.kind === 'whole' && trials.length >= spec.trials)
      return `all ${spec.trials} trials have run`
    return this.#exhausted
  }

  #nothing(reason: string): AskAnswer {
    const running = this.#context.store.document.trials
      .filter(({ state }) => state === 'running')
      .map(({ number }) => number)
    return { kind: 'nothing', reason, running }
  }

  /**
   * A running trial of a caller's, if the attempt is still the newest. @throws UserError for others
   */
  #handedOut(
    number: number,
    attempt: number | undefined,
  ):
    | { readonly kind: 'running'; readonly record: RunningTrial }
    | { readonly kind: 'over'; readonly reason: string } {
    const record = this.#record(number)
    if (isFinished(record) || record.state === 'paused')
      return { kind: 'over', reason: `trial ${number} is ${record.state} already` }
    if (record.state === 'waiting' || record.owner === undefined)
      throw new UserError(
        `trial ${number}`,
        record.state === 'waiting' ? 'has not begun' : 'runs in a slot of the study',
        'Name a trial that was asked for',
      )
    if (attempt !== undefined && attempt < record.attempt)
      return {
        kind: 'over',
        reason:
          `attempt ${attempt} of trial ${number} was replaced by attempt ${record.attempt}, ` +
          `of ${record.owner}`,
      }
    return { kind: 'running', record }
  }

  #record(number: number): TrialRecord {
    const { trials, spec } = this.#context.store.document
    const record = trials[number]
    if (record) return record
    throw new UserError(
      `study ${spec.name}`,
      `has no trial ${number}`,
      trials.length > 0 ? `Name one of 0 to ${trials.length - 1}` : 'Ask for one first',
    )
  }
}
