import Table from 'cli-table3'
import colors from 'picocolors'
import { formatDuration, formatLoss, formatNumber, type StudyView } from '../report/index.js'
import { title, verdictWord } from './narrator.js'

/** What a finished, or stopped, study has to say: leaderboard, overfitted trials, answers, export. */
export function summary(view: StudyView, rows = 12): string {
  return [board(view, rows), overfitted(view), answers(view), exported(view)].filter(Boolean).join('\n\n')
}

export function board(view: StudyView, rows: number): string {
  const names = [...new Set(view.trials.flatMap(trial => Object.keys(trial.params)))]
  const table = new Table({ head: ['rank', 'trial', 'val loss', 'perplexity', ...names, 'best/run', 'verdict', 'time', 'state'], style: { head: ['cyan'], border: ['dim'], compact: true } })
  const ranked = [...view.trials].sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.number - b.number)
  for (const trial of ranked.slice(0, rows)) {
    const done = trial.valLoss !== null
    table.push([
      trial.rank ?? '',
      trial.number,
      done ? formatLoss(trial.valLoss!) : '',
      done ? formatNumber(Math.exp(trial.valLoss!)) : '',
      ...names.map(name => {
        const value = trial.params[name]
        return typeof value === 'number' ? formatNumber(value) : String(value ?? '')
      }),
      trial.bestEpoch === null ? '' : `${trial.bestEpoch}/${trial.epochs.length}`,
      trial.verdict ? verdictWord(trial.verdict.kind).trim() : '',
      trial.seconds === null ? '' : formatDuration(trial.seconds),
      trial.state,
    ])
  }
  const more = view.trials.length - rows
  return `${title('Leaderboard')}\n${table.toString()}${more > 0 ? `\n${colors.dim(`and ${more} more: tune study show ${view.name} --all`)}` : ''}`
}

function overfitted(view: StudyView): string {
  const found = view.trials.filter(trial => trial.verdict?.kind === 'overfit')
  if (found.length === 0) return ''
  return `${title('Overfit')}\n${found.map(trial => `  trial ${trial.number}: ${trial.verdict!.reason}`).join('\n')}`
}

function answers(view: StudyView): string {
  if (view.probes.length === 0) return ''
  const table = new Table({ head: ['question', 'before', 'after'], colWidths: [24, 38, 38], wordWrap: true, style: { head: ['cyan'], border: ['dim'] } })
  for (const { prompt, before, after } of view.probes) table.push([prompt, before ?? '–', after ?? '–'])
  return `${title('Answers')}\n${table.toString()}`
}

function exported({ export: made }: StudyView): string {
  if (!made) return ''
  return `${title('Export')} ${made.dir}\n  ${made.verified ? colors.green('verified: reloaded from disk, its validation loss is the recorded one') : colors.red('not verified')}`
}
