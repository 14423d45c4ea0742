import { trialKind } from '../kinds/index.js'
import type { Language } from '../record/language.js'
import type { Measure, Objective } from '../settings/index.js'
import { optional } from '../util/optional.js'
import { duration, loss, paramValue, perplexity, sentence } from './format.js'
import { inLeaderboardOrder } from './leaderboard-order.js'
import type { TrialView } from './trial.js'
import type { StudyView } from './view.js'
import { reportWords, settingName } from './words/index.js'
import type { ColumnKey, ReportWords } from './words/words.js'

export interface Column {
  readonly key: string
  readonly label: string
  readonly kind: 'number' | 'text'
  /** What the column shows, if its label leaves that open. */
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
  /** Best first; trials without a rank last. */
  readonly rows: readonly Row[]
}

/**
 * The leaderboard as columns and rows. Its parameter columns are the union over the space and all
 * trials.
 */
export function leaderboard(view: StudyView): Leaderboard {
  const params = parameterNames(view)
  const layout: Layout = {
    params,
    // Without such a trial, the column of the validation loss suffices.
    objective: view.trials.find(trial => trial.objective)?.objective?.name,
    second: secondObjective(view),
    rankValue: ranksByOtherValue(view),
    language: view.language,
  }
  const rows = inLeaderboardOrder(view.trials).map((trial): Row => ({
    trial,
    cells: rowCells(trial, layout),
  }))
  return { columns: boardColumns(view, layout), rows }
}

/** What ranks the rows, in a sentence. */
export function rankedBy({
  name,
  trials,
  objective = 'valLoss',
  objectives,
  repeats = 1,
  scoreEpoch,
  language,
}: StudyView): string {
  const words = reportWords(language)
  const ranked = words.result.rankedBy({
    measure: words.measures[objective],
    repeats: repeats > 1,
    last: scoreEpoch === 'last',
    smoothed: trials.some(trial => trial.rankedBy?.by === 'smoothed'),
    estimated: trials.filter(trial => trial.rankedBy?.by === 'model').length,
  })
  if (!objectives) return ranked
  const [first, second] = objectives
  const front = words.result.paretoFront(words.measures[first], words.measures[second], name)
  return `${ranked}${words.space}${front}`
}

/** What columns and cells depend on besides the trials. */
interface Layout {
  readonly params: readonly string[]
  readonly objective: Objective | undefined
  /** The second objective, if no other column shows it. */
  readonly second: Measure | undefined
  /** Whether another value than the raw objective ranks any trial. */
  readonly rankValue: boolean
  readonly language: Language
}

/** Whether smoothed or estimated values rank any trial. */
export function ranksByOtherValue({ trials }: Pick<StudyView, 'trials'>): boolean {
  return trials.some(trial => trial.rankedBy !== null)
}

function secondObjective({ objectives }: StudyView): Measure | undefined {
  const second = objectives?.[1]
  return second === 'seconds' || second === 'valLoss' || second === 'perplexity'
    ? undefined
    : second
}

function boardColumns(view: StudyView, layout: Layout): Column[] {
  const { params, objective, second, rankValue, language } = layout
  const words = reportWords(language)
  const tokens = trialKind(view.task).unit === 'nats'
  const bestEpoch = view.scoreEpoch === 'last' ? 'lastEpoch' : 'bestEpoch'
  const columns: (Column | false)[] = [
    headed('rank', 'number', words),
    headed('trial', 'text', words),
    view.objectives !== undefined && headed('front', 'text', words),
    view.repeats !== undefined && headed('mean', 'number', words),
    rankValue && headed('rankValue', 'number', words),
    objective !== undefined &&
      measured('objective', words.measures[objective], words.columns.objective),
    second !== undefined &&
      measured('second', words.measures[second], words.columns.secondObjective),
    measured(
      'valLoss',
      words.measures.valLoss,
      tokens ? words.meanings.validationLoss : words.meanings.ownLoss,
    ),
    tokens && measured('perplexity', words.measures.perplexity, words.meanings.perplexity),
    ...params.map(name => measured(`param:${name}`, settingName(name, language), null)),
    {
      ...headed(bestEpoch, 'number', words),
      key: 'bestEpoch',
      ...optional({
        meaning:
          objective !== undefined && bestEpoch === 'bestEpoch'
            ? words.columns.bestByObjective
            : undefined,
      }),
    },
    headed('verdict', 'text', words),
    headed('seconds', 'number', words),
    headed('state', 'text', words),
  ]
  return columns.filter(column => column !== false)
}

function headed(key: ColumnKey, kind: Column['kind'], { columns }: ReportWords): Column {
  return { key, kind, ...columns.heads[key] }
}

function measured(key: string, label: string, meaning: string | null): Column {
  return { key, kind: 'number', label: sentence(label), meaning }
}

function rowCells(
  trial: TrialView,
  { params, objective, second, rankValue, language }: Layout,
): Record<string, Cell> {
  const words = reportWords(language)
  const { rank, number, valLoss, bestEpoch, epochsRun, verdict, seconds, state, failure } = trial
  const outcome = verdict
    ? words.verdicts[verdict.kind].label
    : failure
      ? words.failures[failure]
      : ''
  const started = state !== 'waiting'
  return {
    rank: { value: rank, text: rank === null ? '' : String(rank) },
    trial: { value: number, text: String(number) },
    front: { value: trial.front ?? null, text: trial.front ? '★' : '' },
    mean: { value: trial.repeats?.mean ?? null, text: trial.repeats ? spread(trial.repeats) : '–' },
    ...optional({
      second: second && digits(trial.objectives?.[second]),
      objective: objective && digits(trial.objective?.value),
      rankValue: rankValue ? rankCell(trial, words) : undefined,
    }),
    valLoss: { value: valLoss, text: loss(valLoss) },
    perplexity: { value: trial.perplexity, text: perplexity(trial.perplexity) },
    ...Object.fromEntries(
      params.map(name => [
        `param:${name}`,
        {
          value: trial.params[name] ?? null,
          text: paramValue(trial.params[name], words.values),
        },
      ]),
    ),
    bestEpoch: {
      value: bestEpoch,
      text: epochsRun === 0 ? '–' : `${bestEpoch ?? '–'} / ${epochsRun}`,
    },
    verdict: { value: outcome || null, text: outcome },
    seconds: { value: started ? seconds : null, text: started ? duration(seconds) : '–' },
    state: { value: state, text: words.trialStates[state] },
  }
}

/** The value that ranks a trial, and what it is. */
function rankCell({ rank, rankedBy, objective, valLoss }: TrialView, words: ReportWords): Cell {
  const raw = objective?.value ?? valLoss
  const value = rank === null ? null : (rankedBy?.value ?? raw)
  if (value === null) return { value, text: '–' }
  const number = objective ? value.toPrecision(4) : loss(value)
  return { value, text: `${number} ${words.result.rankSources[rankedBy?.by ?? 'raw']}` }
}

/** A value with four significant digits. */
function digits(value: number | undefined): Cell {
  return { value: value ?? null, text: value?.toPrecision(4) ?? '–' }
}

function spread({ mean, sd, count }: NonNullable<TrialView['repeats']>): string {
  return sd === null ? `${loss(mean)} (1)` : `${loss(mean)} ± ${loss(sd)} (${count})`
}

function parameterNames({ space, trials }: StudyView): string[] {
  const names = new Set(space.map(({ name }) => name))
  for (const { params } of trials) for (const name of Object.keys(params)) names.add(name)
  return [...names]
}
