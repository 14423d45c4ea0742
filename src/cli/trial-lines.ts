import colors from 'picocolors'
import type { StudySpec } from '../record/study.js'
import { DEFAULTS_METHOD, type FinishedTrial, type PausedTrial } from '../record/trial.js'
import type { VerdictKind } from '../record/verdict.js'
import { english, format, reportWords, type Language } from '../report/index.js'
import type { Params } from '../space/parameter.js'
import { visibleText } from '../util/terminal-text.js'

const STAR = colors.green('  ★ best so far')
const VERDICT_WIDTH = 16

const VERDICT_COLORS: Readonly<Record<VerdictKind, (text: string) => string>> = {
  'too-early': colors.dim,
  'still-improving': colors.green,
  plateau: colors.blue,
  overfit: colors.magenta,
  diverged: colors.red,
}

export function verdictLabel(kind: VerdictKind, language: Language = 'en'): string {
  return VERDICT_COLORS[kind](reportWords(language).verdicts[kind].label)
}

export function pausedLine(
  trial: PausedTrial,
  isBestSoFar: boolean,
  spec: Pick<StudySpec, 'objective'> = {},
): string {
  const value = objectiveText(trial.objective, spec)
  const state = colors.dim(english.trialStates.paused.padEnd(VERDICT_WIDTH))
  return (
    `${head(trial)} ${value} at epoch ${trial.bestEpoch} of ${trial.epochsRun}  ${state}  ` +
    `${colors.dim(params(trial.params))}${isBestSoFar ? STAR : ''}`
  )
}

export function finishedLine(
  trial: FinishedTrial,
  isBestSoFar: boolean,
  spec: Pick<StudySpec, 'objective' | 'scoreEpoch'> = {},
): string {
  const description = colors.dim(`${params(trial.params)}${role(trial)}`)
  switch (trial.state) {
    case 'complete': {
      const at = spec.scoreEpoch === 'last' ? 'at its last epoch,' : 'at epoch'
      const { kind } = trial.verdict
      const padding = ' '.repeat(VERDICT_WIDTH - english.verdicts[kind].label.length)
      return (
        `${head(trial)} ${objectiveText(trial.objective, spec)} ${at} ${trial.bestEpoch} of ` +
        `${trial.epochsRun}  ${verdictLabel(kind)}${padding}  ` +
        `${description}${isBestSoFar ? STAR : ''}`
      )
    }
    case 'pruned':
      return (
        `${head(trial)} ${colors.yellow(english.trialStates.pruned)}  ` +
        `${trial.prune.reason}  ${description}`
      )
    case 'failed': {
      const { kind } = trial.failure
      const message = visibleText(trial.failure.message)
      return `${head(trial)} ${colors.red(english.failures[kind])}  ${message}  ${description}`
    }
  }
}

/** `1.0621`, or with its name if the objective is not the validation loss: `ROUGE-L 0.4100`. */
export function objectiveText(value: number, { objective }: Pick<StudySpec, 'objective'>): string {
  return `${objective ? `${english.measures[objective]} ` : ''}${format.loss(value)}`
}

export function params(values: Params): string {
  return Object.entries(values)
    .map(([name, value]) => `${format.paramName(name)} ${visibleText(format.paramValue(value))}`)
    .join(', ')
}

function head({ number }: { readonly number: number }): string {
  return `trial ${String(number).padEnd(3)}`
}

function role({ rationale, repeatOf }: FinishedTrial): string {
  if (rationale?.method === DEFAULTS_METHOD) return ' (the defaults)'
  return repeatOf === undefined ? '' : ` (repeats trial ${repeatOf})`
}
