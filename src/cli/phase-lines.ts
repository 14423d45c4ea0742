import colors from 'picocolors'
import { trialKind } from '../kinds/index.js'
import type { StudyDocument } from '../record/document.js'
import type { StudySpec } from '../record/study.js'
import { isFinished } from '../record/trial.js'
import { english, format, remarkLines } from '../report/index.js'
import { trialPlan, type StudyEvent } from '../study/index.js'
import { visibleText } from '../util/terminal-text.js'

/** A line's bold first word, padded so that the texts of all lines begin in one column. */
export function title(word: string): string {
  return colors.bold(colors.cyan(word.padEnd(8)))
}

/** What is printed when a phase of a study begins. */
export function phaseLines({
  phase,
  document,
  slots = document.spec.slots,
}: Extract<StudyEvent, { type: 'phase' }>): string[] {
  const { spec, preparation } = document
  switch (phase) {
    case 'prepare':
      return descriptionLines(spec)
    case 'ask-before':
      return [
        ...(preparation ? preparationLines(preparation) : []),
        `${title('Before')} the model answers the questions`,
      ]
    case 'search':
      return searchLines(document, slots)
    case 'retrain':
      return [
        `${title('Again')} retraining the first configurations with ` +
          `${format.plural(spec.retrain ?? 0, 'other seed')} each`,
      ]
    case 'test':
      return [
        `${title('Test')} measuring the finalists on the test split, ` +
          `${format.plural(preparation?.data.test ?? 0, 'example')}`,
      ]
    case 'export':
      return [`${title('Export')} ${trialKind(spec.task).export.summary}`]
    case 'ask-after':
      return [`${title('After')} the exported model answers the same questions`]
    case 'done':
      return []
  }
}

/** Printed when an earlier session is resumed. */
export function resumedLine({
  document: { spec, trials },
  finished,
  paused,
  continued,
}: Extract<StudyEvent, { type: 'resumed' }>): string {
  const counts = [
    trialPlan(spec).pacing.kind === 'allocator'
      ? `${finished} of ${english.count(trials.length, 'trial')} finished`
      : `${finished} of ${english.count(spec.trials, 'trial')} finished`,
    continued > 0 && `${continued} continue from their last checkpoint`,
    paused > 0 && `${paused} paused`,
  ]
  return `Resuming ${spec.name}: ${counts.filter(Boolean).join(', ')}.`
}

function searchLines(
  { spec, probes, trials, preparation }: StudyDocument,
  slots: number,
): string[] {
  if (trials.some(isFinished)) return [title('Search')]
  return [
    // The phase `prepare` has described a study that has one.
    ...(preparation ? [] : descriptionLines(spec)),
    ...probes.map(({ prompt, before }) => answer(prompt, before)),
    ...budgetLines(spec, slots),
  ]
}

function descriptionLines({ task }: StudySpec): string[] {
  return trialKind(task)
    .describe(task)
    .map(({ label, text }) => `${title(label.en)} ${typeof text === 'string' ? text : text.en}`)
}

function budgetLines(spec: StudySpec, slots: number): string[] {
  const { pacing, epochCounts } = trialPlan(spec)
  const settings = spec.space.map(({ name }) => name).join(', ')
  if (pacing.kind === 'allocator') {
    const { name, maxEpochs, chosen } = pacing
    const reason = chosen === null ? '' : `; ${name} was selected because ${chosen}`
    return [
      `${title('Search')} ${spec.trials * maxEpochs} epochs, the budget of ${spec.trials} ` +
        `full trials, ${slots} trials at a time, ${name} search over ${settings}`,
      colors.dim(
        `  the search pauses and resumes trials, so it may start more than ${spec.trials}${reason}`,
      ),
    ]
  }
  const pruner = spec.pruner === undefined ? '' : `; pruner ${spec.pruner}`
  const lines = [
    `${title('Search')} ${english.count(spec.trials, 'trial')}, ${slots} at a time, ` +
      `${spec.sampler.name} search over ${settings}${pruner}`,
  ]
  if (!epochCounts || epochCounts.length < 2) return lines
  const runs = Math.ceil(spec.trials / epochCounts.length)
  return [
    ...lines,
    colors.dim(
      `  trials that differ only in epochs share a training run: ${runs} runs for ` +
        `${spec.trials} trials`,
    ),
  ]
}

function preparationLines({
  model,
  data,
  valLoss,
}: NonNullable<StudyDocument['preparation']>): string[] {
  const skipped = data.droppedCount ?? data.dropped.length
  const warnings = [
    data.duplicates > 0 && format.plural(data.duplicates, 'duplicate'),
    data.truncated > 0 && `${data.truncated} truncated to the maximum length`,
    skipped > 0 &&
      `${format.plural(skipped, 'record')} skipped (first: line ${data.dropped[0]!.line}, ` +
        `${visibleText(data.dropped[0]!.reason)})`,
  ].filter(Boolean)
  const loss = english.result.validationLoss(
    format.loss(valLoss),
    format.perplexity(format.toPerplexity(valLoss)),
  )
  const test = data.test ? `, test split ${data.test}` : ''
  return [
    `  ${model.architecture}, ${format.magnitude(model.parameters)} parameters, ` +
      `${model.layers} layers of ${model.width}, vocabulary ${model.vocabulary}`,
    `  ${data.format}: ${english.count(data.examples, 'example')}, train split ` +
      `${data.train}, validation split ${data.validation}${test}; ${data.trainedTokens} of ` +
      `${data.tokens} tokens are answers`,
    ...(warnings.length > 0 ? [colors.yellow(`  ${warnings.join(', ')}`)] : []),
    ...(data.remarks ? remarkLines(data.remarks) : []).map(line =>
      colors.yellow(`  ${visibleText(line)}`),
    ),
    colors.dim(`  before fine-tuning: ${loss}`),
  ]
}

function answer(prompt: string, text: string | null): string {
  return `  ${colors.bold(visibleText(prompt))}\n    ${colors.dim(
    visibleText(text ?? '–').replaceAll('\n', '\n    '),
  )}`
}
