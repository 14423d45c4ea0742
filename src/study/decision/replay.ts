import { resolve } from 'node:path'
import type { StudyDocument } from '../../record/document.js'
import type { EpochMetrics } from '../../record/metric.js'
import type { Stage, TrialRecord, WaitingTrial } from '../../record/trial.js'
import type { Params } from '../../space/parameter.js'
import { readStudy } from '../../storage/index.js'
import { studyDir } from '../../storage/paths.js'
import { objectiveLosses, decide, type Decision } from './decide.js'
import { specOfStage, specOfTrial } from './former.js'
import { recordedDecisions, type RecordedDecision } from './recorded-decision.js'
import { checkStrategies, type Strategies } from './strategies.js'
import { beforeRetries, trialsAtDecision } from './trials-at-decision.js'

/** One decision of a study, made again from its record. */
export interface Replayed {
  /** The trial that it was about. */
  readonly trial: number
  /**
   * The step of a decision to go on with a paused trial, or to begin one up to an epoch; null where
   * trials run to their end.
   */
  readonly step: number | null
  readonly same: boolean
  /** What the record has, and what comes out now; in words, null where they are the same. */
  readonly recorded: string | null
  readonly now: string | null
}

export interface Replay {
  readonly name: string
  /** In the order in which they were made. */
  readonly decisions: readonly Replayed[]
  /** How many of them come out differently. */
  readonly different: number
}

/**
 * Makes every decision of a study again, from what was known when it was made: which trials were
 * finished, which running, and how many epochs of each had been told. A sampler is a pure function,
 * so all of them come out as they were, whatever the number of slots and however often the study
 * was broken off.
 *
 * @example
 * const { different } = await replayStudy({ name: 'answers' })
 * console.log(`${different} suggestions differ from the record`)
 *
 * @throws UserError when there is no such study, or its files are damaged
 */
export async function replayStudy({
  name,
  studies = 'studies',
  ...strategies
}: {
  readonly name: string
  readonly studies?: string | undefined
} & Strategies): Promise<Replay> {
  const { document, epochs } = await readStudy(studyDir(resolve(studies), name))
  checkStrategies(document.spec, strategies)
  const decisions = replay(document, epochs, strategies)
  return { name, decisions, different: decisions.filter(({ same }) => !same).length }
}

/** As `replayStudy`, of a study's record itself. */
export function replay(
  document: StudyDocument,
  epochs: ReadonlyMap<number, readonly EpochMetrics[]>,
  strategies?: Strategies,
): readonly Replayed[] {
  return recordedDecisions(document.trials).map(made => {
    const { trial, stage } = made
    const spec = stage ? specOfStage(document, stage.step) : specOfTrial(document, trial.number)
    const past = document.trials.map(each => beforeRetries(each, made))
    const losses = new Map(
      past.map((each, i) => {
        const history = epochs.get(each.number) ?? []
        const isPast = each !== document.trials[i] && each.state === 'failed'
        const epochsThen = isPast ? history.slice(0, each.epochsRun) : history
        return [each.number, objectiveLosses(epochsThen, spec)]
      }),
    )
    const trials = trialsAtDecision(past, made, losses, spec.direction)
    const evidence = document.evidence ?? []
    const decision = decide({ spec, trials, losses, evidence }, strategies)
    const [recorded, now] = [recordText(document.trials, made), decisionText(decision)]
    const same = recorded === now
    return {
      trial: trial.number,
      step: stage?.step ?? null,
      same,
      recorded: same ? null : recorded,
      now: same ? null : now,
    }
  })
}

function recordText(
  trials: readonly TrialRecord[],
  { trial, stage, begins }: RecordedDecision,
): string {
  if (!begins) return goingOn(trial.number, stage!.until)
  return beginning(
    trials.filter(({ leader }) => leader === trial.leader),
    stage,
  )
}

function decisionText(decision: Decision): string {
  switch (decision.kind) {
    case 'begin':
      return beginning(decision.trials, decision.trials.at(-1)!.stages?.[0] ?? null)
    case 'resume':
      return goingOn(decision.trial, decision.stage.until)
    case 'nothing':
      return `nothing: ${decision.reason}`
  }
}

function beginning(trials: readonly Pick<WaitingTrial, 'params'>[], stage: Stage | null): string {
  const { epochs: _, ...shared } = trials.at(-1)!.params
  const counts = trials.map(({ params }) => params['epochs']).filter(count => count !== undefined)
  const length = counts.length > 0 ? `epochs ${counts.join(', ')}` : null
  return [paramsText(shared), length, stage ? `to epoch ${stage.until}` : null]
    .filter(part => part !== null && part !== '')
    .join(', ')
}

function goingOn(trial: number, until: number): string {
  return `trial ${trial} on to epoch ${until}`
}

/** Exact: a replay is of every digit. */
function paramsText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}
