import { kindOf } from '../kinds/index.js'
import type { Language } from '../record/language.js'
import type { Measure, Objective } from '../record/objective.js'
import { duration, loss, paramName, paramValue, perplexity, sentence } from './format.js'
import { inLeaderboardOrder } from './ranking.js'
import type { StudyView, TrialView } from './view.js'
import {
  FAILURE_WORDS,
  MEASURE_WORDS,
  OBJECTIVE_WORDS,
  OWN_LOSS_MEANING,
  PERPLEXITY_MEANING,
  TRIAL_STATE_WORDS,
  VALIDATION_LOSS_MEANING,
  VERDICT_WORDS,
} from './words.js'

export interface Column {
  readonly key: string
  readonly label: string
  readonly kind: 'number' | 'text'
  /** What the column shows, where its name does not say it. */
  readonly meaning: string | null
}

/** `value` is what a row is sorted by and what files hold; `text` is what people read. */
export interface Cell {
  readonly value: string | number | boolean | null
  readonly text: string
}

export interface Row {
  readonly trial: TrialView
  /** By column key. */
  readonly cells: Readonly<Record<string, Cell>>
}

export interface Leaderboard {
  readonly columns: readonly Column[]
  /** Best first; what has no rank comes after. */
  readonly rows: readonly Row[]
}

/**
 * The leaderboard as columns and rows. Its parameter columns are the union over the space and all
 * trials.
 */
export function leaderboard(view: StudyView): Leaderboard {
  const params = parameterNames(view)
  // Where all are ranked by their validation loss, that column is enough
  const objective = view.trials.find(trial => trial.objective)?.objective?.name
  const columns = columnsFor(view, params, objective)
  const rows = inLeaderboardOrder(view.trials).map((trial): Row => ({
    trial,
    cells: cellsOf(trial, params, objective, secondOf(view), view.language),
  }))
  return { columns, rows }
}

/** By what the rows are ranked, in a sentence. */
export function rankedBy({
  name,
  objective = 'valLoss',
  objectives,
  repeats = 1,
  scoreEpoch,
}: StudyView): string {
  const measure = OBJECTIVE_WORDS[objective].toLowerCase()
  const by =
    repeats > 1
      ? `the mean ${measure} of each configuration’s repeats${scoreEpoch === 'last' ? ' after their last epochs' : ''}`
      : `the ${measure} of each trial’s ${scoreEpoch} epoch`
  if (!objectives) return `Ranked by ${by}.`
  return `Ranked by ${by}. ★ marks the Pareto front: trials that no other beats in ${MEASURE_WORDS[objectives[0]].toLowerCase()} without being worse in ${MEASURE_WORDS[objectives[1]].toLowerCase()}. The first is what is exported; tune export ${name} --trial N takes another.`
}

/** The second objective, where no other column shows it. */
function secondOf({ objectives }: StudyView): Measure | undefined {
  const second = objectives?.[1]
  return second === 'seconds' || second === 'valLoss' || second === 'perplexity'
    ? undefined
    : second
}

function columnsFor(
  view: StudyView,
  params: readonly string[],
  objective: Objective | undefined,
): Column[] {
  const tokens = kindOf(view.task).unit === 'nats'
  const second = secondOf(view)
  return [
    { key: 'rank', label: 'Rank', kind: 'number', meaning: null },
    { key: 'trial', label: 'Trial', kind: 'text', meaning: null },
    ...(view.objectives
      ? [
          {
            key: 'front',
            label: 'Front',
            kind: 'text',
            meaning:
              'On the Pareto front: no other trial is better in one objective without being worse in the other.',
          } as const,
        ]
      : []),
    ...(view.repeats
      ? [
          {
            key: 'mean',
            label: 'Mean of repeats',
            kind: 'number',
            meaning:
              'Over the seeds of the configuration: the mean, its standard deviation, and how many are complete.',
          } as const,
        ]
      : []),
    ...(objective
      ? [
          {
            key: 'objective',
            label: OBJECTIVE_WORDS[objective],
            kind: 'number',
            meaning: 'What the trials are ranked by.',
          } as const,
        ]
      : []),
    ...(second
      ? [
          {
            key: 'second',
            label: MEASURE_WORDS[second],
            kind: 'number',
            meaning: 'The second objective.',
          } as const,
        ]
      : []),
    {
      key: 'valLoss',
      label: 'Validation loss',
      kind: 'number',
      meaning: tokens ? VALIDATION_LOSS_MEANING : OWN_LOSS_MEANING,
    },
    ...(tokens
      ? [
          {
            key: 'perplexity',
            label: 'Perplexity',
            kind: 'number',
            meaning: PERPLEXITY_MEANING,
          } as const,
        ]
      : []),
    ...params.map((name): Column => ({
      key: `param:${name}`,
      label: sentence(paramName(name)),
      kind: 'number',
      meaning: null,
    })),
    {
      key: 'bestEpoch',
      label: view.scoreEpoch === 'last' ? 'Scored epoch / run' : 'Best epoch / run',
      kind: 'number',
      meaning:
        view.scoreEpoch === 'last'
          ? 'The last epoch, by which the study scores its trials, and how many epochs ran.'
          : objective
            ? 'The best epoch by what the trials are ranked by, and how many epochs ran.'
            : 'The epoch with the lowest validation loss, and how many epochs ran.',
    },
    {
      key: 'verdict',
      label: 'Verdict',
      kind: 'text',
      meaning: 'What the trial’s own curves say about it.',
    },
    {
      key: 'seconds',
      label: 'Duration',
      kind: 'number',
      meaning: 'Time of training and validation.',
    },
    { key: 'state', label: 'State', kind: 'text', meaning: null },
  ]
}

function cellsOf(
  trial: TrialView,
  params: readonly string[],
  objective: Objective | undefined,
  second: Measure | undefined,
  language: Language,
): Record<string, Cell> {
  const { rank, number, valLoss, bestEpoch, epochsRun, verdict, seconds, state, failure } = trial
  const word = verdict
    ? VERDICT_WORDS[language][verdict.kind].label
    : failure
      ? FAILURE_WORDS[failure]
      : ''
  return {
    rank: { value: rank, text: rank === null ? '' : String(rank) },
    trial: { value: number, text: String(number) },
    front: { value: trial.front ?? null, text: trial.front ? '★' : '' },
    mean: { value: trial.repeats?.mean ?? null, text: trial.repeats ? spread(trial.repeats) : '–' },
    ...(second
      ? {
          second: {
            value: trial.objectives?.[second] ?? null,
            text: trial.objectives?.[second]?.toPrecision(4) ?? '–',
          },
        }
      : {}),
    ...(objective
      ? {
          objective: {
            value: trial.objective?.value ?? null,
            text: trial.objective?.value.toPrecision(4) ?? '–',
          },
        }
      : {}),
    valLoss: { value: valLoss, text: loss(valLoss) },
    perplexity: { value: trial.perplexity, text: perplexity(trial.perplexity) },
    ...Object.fromEntries(
      params.map(name => [
        `param:${name}`,
        { value: trial.params[name] ?? null, text: paramValue(trial.params[name]) },
      ]),
    ),
    bestEpoch: {
      value: bestEpoch,
      text: epochsRun === 0 ? '–' : `${bestEpoch ?? '–'} / ${epochsRun}`,
    },
    verdict: { value: word || null, text: word },
    seconds: {
      value: state === 'waiting' ? null : seconds,
      text: state === 'waiting' ? '–' : duration(seconds),
    },
    state: { value: state, text: TRIAL_STATE_WORDS[state] },
  }
}

function spread({ mean, sd, count }: NonNullable<TrialView['repeats']>): string {
  return sd === null ? `${loss(mean)} (1)` : `${loss(mean)} ± ${loss(sd)} (${count})`
}

function parameterNames({ space, trials }: StudyView): string[] {
  const names = new Set(space.map(({ name }) => name))
  for (const { params } of trials) for (const name of Object.keys(params)) names.add(name)
  return [...names]
}
