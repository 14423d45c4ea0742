import type { VerdictKind } from '../record/verdict.js'
import { inLeaderboardOrder } from './ranking.js'
import { count, loss, paramName, paramValue, plural } from './format.js'
import type { EpochPoint, StudyView, TrialView } from './view.js'
import { MEASURE_WORDS } from './words.js'

/** One finished trial on the way to the best. */
export interface BestSoFarPoint {
  /** Place in the order of trial numbers, from 1. */
  readonly order: number
  readonly number: number
  readonly valLoss: number
  /** Lowest validation loss up to here. */
  readonly best: number
  /** This trial is a new best. */
  readonly incumbent: boolean
}

/** Validation loss of the complete trials in order of number, and the best up to each. */
export function bestSoFar(view: StudyView): BestSoFarPoint[] {
  const points: BestSoFarPoint[] = []
  for (const { number, state, valLoss } of view.trials) {
    if (state !== 'complete' || valLoss === null) continue
    const before = points.at(-1)?.best
    const incumbent = before === undefined || valLoss < before
    points.push({
      order: points.length + 1,
      number,
      valLoss,
      best: incumbent ? valLoss : before,
      incumbent,
    })
  }
  return points
}

/** One trial's learning curves. */
export interface Curve {
  readonly number: number
  readonly rank: number | null
  readonly state: TrialView['state']
  readonly epochs: readonly EpochPoint[]
  readonly bestEpoch: number | null
  /** The curve in a sentence, for whoever cannot see it. */
  readonly summary: string
}

/** Learning curves of all trials that have one, in leaderboard order. */
export function curves(view: StudyView): Curve[] {
  return inLeaderboardOrder(view.trials)
    .filter(({ epochs }) => epochs.length > 0)
    .map(trial => ({
      number: trial.number,
      rank: trial.rank,
      state: trial.state,
      epochs: trial.epochs,
      bestEpoch: trial.bestEpoch,
      summary: curveSummary(trial, view.scoreEpoch),
    }))
}

export interface ScatterPoint {
  readonly number: number
  readonly x: number
  /** Validation loss, or of two objectives the first. */
  readonly y: number
  readonly rank: number
  readonly verdict: VerdictKind | null
}

/** Validation loss against one numeric parameter, or one objective against the other. */
export interface Scatter {
  readonly parameter: string
  readonly label: string
  /** What lies upwards. */
  readonly yLabel: string
  /** Corners of the Pareto front, in order of x; empty where there are no two objectives. */
  readonly front: readonly { readonly x: number; readonly y: number }[]
  readonly scale: 'linear' | 'log'
  readonly points: readonly ScatterPoint[]
  /** The picture in a sentence: where the best trials lie. */
  readonly summary: string
}

/**
 * One scatter for each numeric parameter of the space that takes more than one value, in its order;
 * two objectives against each other come first.
 */
export function scatters(view: StudyView): Scatter[] {
  return [...objectivesScatter(view), ...parameterScatters(view)]
}

function objectivesScatter({ trials, objectives }: StudyView): Scatter[] {
  if (!objectives) return []
  const [first, second] = objectives
  const at = (trial: TrialView): ScatterPoint[] => {
    const { number, rank, verdict, objectives: values } = trial
    return values && rank !== null
      ? [{ number, x: values[second]!, y: values[first]!, rank, verdict: verdict?.kind ?? null }]
      : []
  }
  const points = trials.flatMap(at)
  if (points.length < 2) return []
  const label = MEASURE_WORDS[second].toLowerCase()
  const front = trials
    .filter(trial => trial.front)
    .flatMap(at)
    .map(({ x, y }) => ({ x, y }))
    .sort((a, b) => a.x - b.x)
  const summary = `${plural(front.length, 'trial')} of ${count(points.length)} ${front.length === 1 ? 'is' : 'are'} on the Pareto front, from ${paramValue(front[0]?.x)} to ${paramValue(front.at(-1)?.x)} in ${label}.`
  return [
    {
      parameter: 'objectives',
      label,
      yLabel: MEASURE_WORDS[first].toLowerCase(),
      front,
      scale: 'linear',
      points,
      summary,
    },
  ]
}

function parameterScatters(view: StudyView): Scatter[] {
  const trials = view.trials.filter(
    ({ state, valLoss }) => state === 'complete' && valLoss !== null,
  )
  return view.space
    .map((parameter): Scatter => {
      const points = trials.flatMap(({ number, params, valLoss, rank, verdict }) => {
        const x = params[parameter.name]
        return typeof x === 'number'
          ? [{ number, x, y: valLoss!, rank: rank!, verdict: verdict?.kind ?? null }]
          : []
      })
      const scale = parameter.kind === 'categorical' ? 'linear' : parameter.scale
      const label = paramName(parameter.name)
      return {
        parameter: parameter.name,
        label,
        yLabel: 'validation loss',
        front: [],
        scale,
        points,
        summary: scatterSummary(label, points),
      }
    })
    .filter(({ points }) => new Set(points.map(({ x }) => x)).size > 1)
}

function scatterSummary(label: string, points: readonly ScatterPoint[]): string {
  const third = [...points]
    .sort((a, b) => a.rank - b.rank)
    .slice(0, Math.max(2, Math.ceil(points.length / 3)))
  const values = third.map(({ x }) => x).sort((a, b) => a - b)
  const from = paramValue(values[0])
  const to = paramValue(values.at(-1))
  return `The best ${third.length} of ${plural(points.length, 'complete trial')} have a ${label} ${from === to ? `of ${from}` : `from ${from} to ${to}`}.`
}

/** The best-so-far chart in a sentence. */
export function bestSoFarSummary(points: readonly BestSoFarPoint[]): string {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return 'No trial has finished yet.'
  const winner = points.findLast(({ incumbent }) => incumbent)!
  const improvements = points.filter(({ incumbent }) => incumbent).length - 1
  return `Over ${plural(points.length, 'complete trial')} the best validation loss went from ${loss(first.valLoss)} (trial ${first.number}) to ${loss(last.best)} (trial ${winner.number}), in ${plural(improvements, 'step')}.`
}

function curveSummary(
  { number, epochs, bestEpoch, valLoss, verdict }: TrialView,
  score: StudyView['scoreEpoch'],
): string {
  const told = verdict
    ? ` ${verdict.reason[0]?.toUpperCase() ?? ''}${verdict.reason.slice(1)}.`
    : ''
  return `Trial ${number}: ${plural(epochs.length, 'epoch')}, ${score === 'last' ? 'scored by the' : 'lowest'} validation loss ${loss(valLoss)} at ${score === 'last' ? 'its last ' : ''}epoch ${bestEpoch ?? '–'}.${told}`
}
