import { unreachable } from '../../errors.js'
import type { Evidence } from '../../record/document.js'
import type { Curve } from '../../record/curve.js'
import type { EpochMetrics } from '../../record/metric.js'
import { objectiveValue, directionSign } from '../../record/objective.js'
import { stageStatesAt, stagesGiven, type TrialProgress } from '../../record/stages.js'
import type { StudySpec } from '../../record/study.js'
import {
  isFinished,
  leadingTrials,
  type Stage,
  type TrialRecord,
  type WaitingTrial,
} from '../../record/trial.js'
import type { PromotingPruner, PruneRequest } from '../../search/contract/pruner.js'
import type { LossesByTrial } from '../../search/sampler-curves.js'
import { optional } from '../../util/optional.js'
import { askNext, firstPointRequest, paramsInSpace, searchedParams } from './ask.js'
import type { Pacing } from './pacing.js'
import { trialPlan, type Plan } from './plan.js'
import { allocatorIn, prunerIn, type Strategies } from './strategies.js'

/** What a study does with a free slot. */
export type Decision =
  /** Train these, which share one training; the last one leads it. */
  | { readonly kind: 'begin'; readonly trials: readonly WaitingTrial[] }
  | { readonly kind: 'resume'; readonly trial: number; readonly stage: Stage }
  /** Nothing for now; for good, when no trial is running. */
  | { readonly kind: 'nothing'; readonly reason: string }

/**
 * All that a decision depends on; plain data, so that it can be made in another thread, and again.
 */
export interface DecisionInput {
  readonly spec: StudySpec
  readonly trials: readonly TrialRecord[]
  /** Of every trial that leads a training. */
  readonly losses: LossesByTrial
  readonly evidence: readonly Evidence[]
}

/** Decides what the next free slot is for. Pure: equal standings give equal decisions. */
export function decide(input: DecisionInput, own: Strategies = {}): Decision {
  const plan = trialPlan(input.spec)
  const { pacing } = plan
  switch (pacing.kind) {
    case 'whole':
      return ask(input, plan, own)
    case 'allocator':
      return allocate(input, plan, pacing, own)
    case 'rungs':
      return promote(input, plan, pacing, own)
    default:
      return unreachable(pacing)
  }
}

/**
 * Epochs that a study under a budget of epochs may spend, and those that its trials have run or
 * been given.
 */
export function epochBudget(
  { trials: count }: Pick<StudySpec, 'trials'>,
  { maxEpochs }: Extract<Pacing, { kind: 'allocator' }>,
  trials: readonly TrialRecord[],
): { readonly budget: number; readonly spent: number } {
  const spent = knownTrials(trials).reduce((sum, { epochs, target = epochs }) => sum + target, 0)
  return { budget: count * maxEpochs, spent }
}

/**
 * A curve in the terms of samplers and pruners: the objective after each epoch, smaller is better;
 * NaN where an epoch has none.
 */
export function objectiveLosses(
  epochs: readonly EpochMetrics[],
  { objective, direction }: Pick<StudySpec, 'objective' | 'direction'>,
): readonly number[] {
  const sign = directionSign(direction)
  return epochs.map(epoch => sign * objectiveValue(epoch, objective))
}

/** The curve up to the first epoch without a value: an allocator reads no further. */
function untilUnknown(curve: Curve): Curve {
  const end = curve.losses.findIndex(loss => !Number.isFinite(loss))
  return end < 0 ? curve : { ...curve, losses: curve.losses.slice(0, end) }
}

/** The facts of a study that its pruner decides by. */
export function pruneRequest(
  { spec, trials }: Pick<DecisionInput, 'spec' | 'trials'>,
  maxEpochs: number,
  over = false,
): PruneRequest {
  const perTraining = trialPlan(spec).epochCounts?.length ?? 1
  const begun = leadingTrials(trials).length
  return {
    maxEpochs,
    direction: spec.direction,
    trialCount: over ? begun : Math.ceil(spec.trials / perTraining),
  }
}

function ask(
  { spec, trials, evidence, losses }: DecisionInput,
  plan: Plan,
  own: Strategies,
): Decision {
  if (trials.length >= spec.trials)
    return { kind: 'nothing', reason: `all ${spec.trials} trials have run` }
  const next = askNext(spec, plan, trials, spec.trials, evidence, losses, own)
  return next.kind === 'exhausted'
    ? { kind: 'nothing', reason: next.reason }
    : { kind: 'begin', trials: next.trials }
}

function allocate(
  { spec, trials, losses, evidence }: DecisionInput,
  { space }: Plan,
  pacing: Extract<Pacing, { kind: 'allocator' }>,
  own: Strategies,
): Decision {
  const { maxEpochs, chosen } = pacing
  const { budget, spent } = epochBudget(spec, pacing, trials)
  const remaining = budget - spent
  if (remaining <= 0)
    return { kind: 'nothing', reason: `all ${budget} epochs are spent, on ${trials.length} trials` }
  const step = stagesGiven(trials)
  const progress = knownTrials(trials)
  const curves = progress.map((one, i): Curve => ({
    ...untilUnknown(trialCurve(one, trials[i]!, losses)),
    params: paramsInSpace(space, trials[i]!.params, spec),
  }))
  const allocation = allocatorIn(pacing, own).allocate(space, curves, {
    seed: spec.seed,
    step,
    maxEpochs,
    remaining,
    ...optional({ minGainPerEpoch: spec.minGainPerEpoch }),
    ...firstPointRequest(spec, space, evidence),
  })
  if (allocation.kind === 'exhausted') return { kind: 'nothing', reason: allocation.reason }
  const { rationale } = allocation
  const number = allocation.kind === 'start' ? trials.length : allocation.trial
  const run = allocation.kind === 'start' ? 0 : progress[number]!.epochs
  const stage = { until: Math.min(allocation.epochs, run + remaining), step, remaining, rationale }
  if (allocation.kind === 'resume') return { kind: 'resume', trial: number, stage }
  const said =
    number === 0 && chosen !== null
      ? {
          ...rationale,
          text: `${rationale.text}; searched by ${pacing.name}, because ${chosen}`,
        }
      : rationale
  const params = searchedParams(spec.space, { ...allocation.params, epochs: maxEpochs })
  return {
    kind: 'begin',
    trials: [
      {
        number,
        params,
        basis: decisionBasis(trials),
        leader: number,
        rationale: said,
        stages: [{ ...stage, rationale: said }],
        state: 'waiting',
      },
    ],
  }
}

function promote(
  input: DecisionInput,
  plan: Plan,
  { pruner: name, maxEpochs }: Extract<Pacing, { kind: 'rungs' }>,
  own: Strategies,
): Decision {
  const { trials } = input
  const pruner = prunerIn(name, own) as PromotingPruner
  const step = stagesGiven(trials)
  const curves = trainingCurves(input)
  const goOn = (request: PruneRequest): Decision | null => {
    const promotion = pruner.promote(curves, request)
    return (
      promotion && {
        kind: 'resume',
        trial: promotion.trial,
        stage: {
          until: promotion.epochs,
          step,
          rationale: { method: pruner.name, text: promotion.reason, expected: null },
        },
      }
    )
  }
  const request = pruneRequest(input, maxEpochs)
  const promoted = goOn(request)
  if (promoted) return promoted
  const next = ask(input, plan, own)
  if (next.kind !== 'begin') return goOn(pruneRequest(input, maxEpochs, true)) ?? next
  const until = pruner.firstPause(curves.length, request)
  const text =
    until < maxEpochs
      ? `to epoch ${until}, where ${pruner.name} compares it with others`
      : `to its end, epoch ${maxEpochs}: ${pruner.name} compares it with none on the way`
  const stage = { until, step, rationale: { method: pruner.name, text, expected: null } }
  return {
    kind: 'begin',
    trials: next.trials.map((trial, i) =>
      i === next.trials.length - 1 ? { ...trial, stages: [stage] } : trial,
    ),
  }
}

/** The curve of each training of a study, in the order in which they were begun. */
export function trainingCurves({
  trials,
  losses,
}: Pick<DecisionInput, 'trials' | 'losses'>): readonly Curve[] {
  const leaders = leadingTrials(trials)
  return knownTrials(leaders).map((one, i) => trialCurve(one, leaders[i]!, losses))
}

/** What is known of each of the trials; one without stages runs to its end. */
function knownTrials(trials: readonly TrialRecord[]): readonly TrialProgress[] {
  const staged = new Map(stageStatesAt(trials).map(one => [one.number, one]))
  return trials.map(trial => {
    const { number, params } = trial
    const untilEnd = isFinished(trial)
      ? { number, state: 'ended' as const, epochs: trial.epochsRun }
      : { number, state: 'running' as const, epochs: 0, target: Number(params['epochs']) }
    return staged.get(number) ?? untilEnd
  })
}

function trialCurve(
  { number, state, epochs, target }: TrialProgress,
  trial: TrialRecord,
  losses: LossesByTrial,
): Curve {
  const curve = losses.get(number) ?? []
  return {
    trial: number,
    params: trial.params,
    state: state === 'ended' ? endState(trial) : state,
    // The same array if nothing is cut: pruners cache what they read off it.
    losses: curve.length > epochs ? curve.slice(0, epochs) : curve,
    ...optional({ target }),
  }
}

function endState({ state }: TrialRecord): Curve['state'] {
  return state === 'pruned' || state === 'failed' ? state : 'complete'
}

function decisionBasis(trials: readonly TrialRecord[]): TrialRecord['basis'] {
  return {
    finished: trials.filter(isFinished).map(({ number }) => number),
    running: trials.filter(trial => !isFinished(trial)).map(({ number }) => number),
  }
}
