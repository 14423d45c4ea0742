import type { VerdictKind } from '../record/verdict.js'
import { inLeaderboardOrder } from './leaderboard-order.js'
import { loss, paramValue, sentence } from './format.js'
import type { EpochPoint, TrialView } from './trial.js'
import type { StudyView } from './view.js'
import { reportWords, settingName } from './words/index.js'
import type { ReportWords } from './words/words.js'

/** One finished trial on the way to the best. */
export interface BestSoFarPoint {
  /** Place in the order of trial numbers, from 1. */
  readonly order: number
  readonly number: number
  readonly valLoss: number
  /** Validation loss of the trial that ranks first of those up to here. */
  readonly best: number
  /** This trial is a new best. */
  readonly isBest: boolean
}

/** Validation loss of the complete trials in order of number, and the best up to each. */
export function bestSoFar(view: StudyView): BestSoFarPoint[] {
  const points: BestSoFarPoint[] = []
  let bestRank = Infinity
  for (const { number, state, valLoss, rank } of view.trials) {
    if (state !== 'complete' || valLoss === null || rank === null) continue
    const before = points.at(-1)?.best
    const isBest = before === undefined || rank < bestRank
    if (isBest) bestRank = rank
    points.push({
      order: points.length + 1,
      number,
      valLoss,
      best: isBest ? valLoss : before,
      isBest,
    })
  }
  return points
}

/** One trial's learning curves. */
export interface LearningCurves {
  readonly number: number
  readonly rank: number | null
  readonly state: TrialView['state']
  readonly epochs: readonly EpochPoint[]
  readonly bestEpoch: number | null
  /** The curves in a sentence, for readers who cannot see them. */
  readonly summary: string
}

/** Learning curves of all trials that have one, in leaderboard order. */
export function learningCurves(view: StudyView): LearningCurves[] {
  return inLeaderboardOrder(view.trials)
    .filter(({ epochs }) => epochs.length > 0)
    .map(trial => ({
      number: trial.number,
      rank: trial.rank,
      state: trial.state,
      epochs: trial.epochs,
      bestEpoch: trial.bestEpoch,
      summary: curveSummary(trial, view),
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
  /** Label of the vertical axis. */
  readonly yLabel: string
  /** Corners of the Pareto front, in order of x; empty without two objectives. */
  readonly front: readonly { readonly x: number; readonly y: number }[]
  readonly scale: 'linear' | 'log'
  readonly points: readonly ScatterPoint[]
  /** The chart in a sentence: where the best trials lie. */
  readonly summary: string
}

/**
 * One scatter for each numeric parameter of the space that takes more than one value, in its order;
 * two objectives against each other come first.
 */
export function scatters(view: StudyView): Scatter[] {
  return [...objectivesScatter(view), ...parameterScatters(view)]
}

function objectivesScatter({ trials, objectives, language }: StudyView): Scatter[] {
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
  const words = reportWords(language)
  const label = words.measures[second]
  const front = trials
    .filter(trial => trial.front)
    .flatMap(at)
    .map(({ x, y }) => ({ x, y }))
    .sort((a, b) => a.x - b.x)
  const summary = words.charts.front(
    front.length,
    points.length,
    label,
    paramValue(front[0]?.x),
    paramValue(front.at(-1)?.x),
  )
  return [
    {
      parameter: 'objectives',
      label,
      yLabel: words.measures[first],
      front,
      scale: 'linear',
      points,
      summary,
    },
  ]
}

function parameterScatters(view: StudyView): Scatter[] {
  const words = reportWords(view.language)
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
      const label = settingName(parameter.name, view.language)
      return {
        parameter: parameter.name,
        label,
        yLabel: words.measures.valLoss,
        front: [],
        scale,
        points,
        summary: scatterSummary(label, points, words),
      }
    })
    .filter(({ points }) => new Set(points.map(({ x }) => x)).size > 1)
}

function scatterSummary(
  label: string,
  points: readonly ScatterPoint[],
  { charts }: ReportWords,
): string {
  const third = [...points]
    .sort((a, b) => a.rank - b.rank)
    .slice(0, Math.max(2, Math.ceil(points.length / 3)))
  const values = third.map(({ x }) => x).sort((a, b) => a - b)
  const [low, high] = [paramValue(values[0]), paramValue(values.at(-1))]
  return charts.scatter(third.length, points.length, label, low, high)
}

/** The best-so-far chart in a sentence. */
export function bestSoFarSummary(
  points: readonly BestSoFarPoint[],
  { language }: Pick<StudyView, 'language'>,
): string {
  const words = reportWords(language)
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return words.sections.noneFinished
  const newBests = points.filter(({ isBest }) => isBest)
  return words.charts.bestSoFar({
    trials: points.length,
    from: loss(first.valLoss),
    first: first.number,
    to: loss(last.best),
    winner: newBests.at(-1)!.number,
    steps: newBests.length - 1,
  })
}

function curveSummary(
  { number, epochs, bestEpoch, valLoss, verdict }: TrialView,
  { scoreEpoch, language }: StudyView,
): string {
  const words = reportWords(language)
  const summary = words.charts.curve({
    number,
    epochs: epochs.length,
    loss: loss(valLoss),
    epoch: bestEpoch,
    last: scoreEpoch === 'last',
  })
  return verdict ? `${summary}${words.space}${sentence(verdict.reason)}${words.fullStop}` : summary
}
