import { basename } from 'node:path'
import { stringify } from 'yaml'
import { UserError } from '../errors.js'
import { isFinetune } from '../kinds/finetune/task.js'
import type { FinetuneTask } from '../record/study.js'
import { adapterName, DEFAULTS, lora, training, type TrainingSpec } from '../settings/index.js'
import { withoutEffect } from '../settings/replaced.js'
import {
  count,
  duration,
  loss,
  magnitude,
  paramName,
  paramValue,
  perplexity,
  plural,
  sentence,
} from './format.js'
import { UNIT } from '../overfit/index.js'
import { optional } from '../util/optional.js'
import { remarkLines } from './data-report.js'
import { improvementLine } from './improvement.js'
import { code, fence, inline, table } from './markdown.js'
import { retrainedTable } from './retrained.js'
import { finalistsTable } from './test-view.js'
import type { TrialView } from './trial.js'
import type { StudyView } from './view.js'
import { reportWords } from './words/index.js'

/**
 * README.md of an exported model: YAML front matter as the Hugging Face Hub reads it, then study,
 * data, hyperparameters, learning curve, verdict and the answers before and after.
 *
 * The card states no license: only the model's owner can. It names files without their folders,
 * because people publish cards.
 *
 * @param trial number of the exported trial; the best one when left out
 * @throws UserError when the study has no such complete trial
 *
 * Source: https://huggingface.co/docs/hub/model-cards
 */
export function modelCard(view: StudyView, trial = view.best?.number): string {
  const shown = view.trials.find(({ number, state }) => number === trial && state === 'complete')
  if (!shown)
    throw new UserError(
      `study ${view.name}`,
      trial === undefined ? 'has no complete trial' : `has no complete trial ${trial}`,
      'Choose a complete one',
    )
  if (!isFinetune(view.task))
    throw new Error(`${view.name} has no language model to write a card for`)
  const tuned = { ...view, task: view.task }
  const sections = [
    introduction(tuned, shown),
    hyperparameters(tuned, shown),
    curveTable(shown),
    reliability(view, shown),
    overfitted(view),
    dataFacts(tuned),
    answers(view),
    howToUse(),
  ]
  return `---\n${frontMatter(tuned)}---\n\n${sections.filter(Boolean).join('\n\n')}\n`
}

/** A card is written for a fine-tuned model. */
type TunedView = StudyView & { readonly task: FinetuneTask }

function frontMatter({ task, name }: TunedView): string {
  return stringify({
    ...optional({ base_model: hubId(baseName(task.model)) }),
    library_name: 'transformers',
    pipeline_tag: 'text-generation',
    tags: ['fine-tuned', 'hyperparameter-search', 'tune'],
    model_name: name,
  })
}

/** `org/name` of a model from a hub, else the folder's name. */
function baseName(model: string): string {
  return /^(?:hf|modelscope):([^@]+)/.exec(model)?.[1] ?? basename(model)
}

/** The Hub accepts a base model only if a repository could have its name. */
function hubId(name: string): string | undefined {
  return /^([A-Za-z0-9][A-Za-z0-9._-]{0,95}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/.test(name) &&
    !/--|\.\./.test(name) &&
    !name.endsWith('.git')
    ? name
    : undefined
}

function introduction(view: TunedView, trial: TrialView): string {
  const from = `Fine-tuned from ${code(baseName(view.task.model))} on ${[view.task.data]
    .flat()
    .map(source => code(basename(source)))
    .join(', ')} by tune`
  const scored =
    view.scoreEpoch === 'last' ? ', the last, by which the study scores its trials,' : ''
  const improvement = trial.rank === 1 ? improvementLine(view) : null
  const before = view.start
    ? `; before fine-tuning ${loss(view.start.valLoss)} (${perplexity(view.start.perplexity)})`
    : ''
  return [
    `# ${inline(view.name)}`,
    `${from}: epoch ${trial.bestEpoch}${scored} ` +
      `of trial ${trial.number}, ${trial.rank === 1 ? 'the best' : `rank ${trial.rank}`} of ` +
      `${plural(view.progress.finished, 'finished trial')}.`,
    `Validation loss ${loss(trial.valLoss)} ${UNIT.nats} (perplexity ` +
      `${perplexity(trial.perplexity)})${before}.${improvement ? ` ${improvement}` : ''}`,
  ].join('\n\n')
}

/**
 * Training settings that were the same for every trial: the stated ones, and the optimizer. Those
 * of an adapter have the names that they are searched under.
 */
function fixedSettings({ lora: adapter, ...stated }: TrainingSpec): Record<string, string> {
  const values: Readonly<Record<string, unknown>> = { optimizer: DEFAULTS.optimizer, ...stated }
  const unused = withoutEffect(training, values)
  const own = training
    .filter(({ name }) => !unused.has(name))
    .map(({ name }) => [name, values[name]] as const)
  const adapted =
    stated.method === 'lora' && adapter
      ? lora.map(setting => [adapterName(setting), adapter[setting.name]] as const)
      : []
  return Object.fromEntries(
    [...own, ...adapted].flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().map(String).join(' ')]],
    ),
  )
}

function hyperparameters(view: TunedView, trial: TrialView): string {
  const fixed = fixedSettings(view.task.training)
  const rows = Object.entries({ ...fixed, ...trial.params }).map(([name, value]) => [
    inline(paramName(name)),
    code(paramValue(value)),
    name in trial.params ? 'searched' : 'fixed',
  ])
  const pruned = view.trials.filter(({ state }) => state === 'pruned').length
  const pruner =
    view.pruner === undefined ? '' : `, of which ${inline(view.pruner)} pruned ${pruned}`
  const { finished, epochs } = view.progress
  const budget = epochs ? `, ${plural(epochs.spent, 'epoch')} in all,` : ''
  const search =
    `Found by ${inline(view.sampler)} search (seed ${view.seed}) over ` +
    `${plural(finished, 'trial')}${pruner}${budget} in ${duration(view.seconds)}.`
  return `## Hyperparameters\n\n${table(['parameter', 'value', ''], rows)}\n\n${search}`
}

function curveTable({ epochs, bestEpoch, verdict, reason }: TrialView): string {
  const rows = epochs.map(({ epoch, loss: train, valLoss }) => [
    `${epoch}${epoch === bestEpoch ? ' (exported)' : ''}`,
    loss(train),
    loss(valLoss),
  ])
  const judged = verdict
    ? `\n\nVerdict: **${reportWords('en').verdicts[verdict.kind].label}** — ` +
      `${inline(verdict.reason)}. The trial ${inline(reason)}.`
    : ''
  return (
    '## Learning ' +
    `curve\n\n${table(['epoch', 'training loss', 'validation loss'], rows)}${judged}`
  )
}

/** How significant the result is, in the sentences of page and terminal. */
function reliability(
  { trust, test, retrained, language }: StudyView,
  { number, gap }: TrialView,
): string {
  if (!trust && !test && !retrained) return ''
  const own = trust?.standings.find(each => each.number === number)
  const facts = [
    trust && `- ${inline(sentence(trust.sentence))}.`,
    ...(test?.sentences ?? []).map(text => `- ${inline(sentence(text))}.`),
    retrained?.sentence && `- ${inline(sentence(retrained.sentence))}.`,
    own && `- The 95% interval of its validation loss is ${loss(own.low)} to ${loss(own.high)}.`,
    gap !== null &&
      `- Its training loss is ${loss(Math.abs(gap))} ${UNIT.nats} ` +
        `${gap < 0 ? 'above' : 'below'} its validation loss.`,
    ...(trust?.advice ?? []).map(({ advice, ground }) => `- ${inline(advice)}: ${inline(ground)}.`),
  ]
  const tables = [
    ...(test?.standings.length
      ? [{ ...finalistsTable(test, language), note: '± is one standard error.' }]
      : []),
    ...(retrained
      ? [
          {
            ...retrainedTable(retrained, language),
            note: '± is the standard deviation between seeds.',
          },
        ]
      : []),
  ]
  const measurements = tables
    .map(({ header, rows, note }) => `\n\n${table(header, rows)}\n\n${note}`)
    .join('')
  const { sections } = reportWords(language)
  return `## ${sections.reliability}\n\n${facts.filter(Boolean).join('\n')}${measurements}`
}

/** The trials that overfitted, in the sentences of page and terminal. */
function overfitted({ overfitted: trials, language }: StudyView): string {
  if (trials.length === 0) return ''
  const { sections, verdicts } = reportWords(language)
  const items = trials.map(({ number, reason }) => `- Trial ${number}: ${inline(reason)}.`)
  return `## ${sections.overfitted}\n\n${verdicts.overfit.meaning}\n\n${items.join('\n')}`
}

function dataFacts({ preparation, task }: TunedView): string {
  if (!preparation) return ''
  const { data, model } = preparation
  const files = [task.data]
    .flat()
    .map(source => code(basename(source)))
    .join(', ')
  const facts = [
    `- Data: ${files}, ${inline(data.format)}, ${plural(data.examples, 'example')}: ` +
      `${count(data.train)} in the train split, ${count(data.validation)} in the validation split` +
      (data.test ? `, ${count(data.test)} in the test split` : ''),
    `- ${plural(data.trainedTokens, 'token')} of answers count in the loss, of ` +
      `${count(data.tokens)} in all; ${plural(data.duplicates, 'duplicate')}, ` +
      `${count(data.truncated)} truncated to ${count(task.training.maxLength)} tokens, ` +
      `${count(data.droppedCount ?? data.dropped.length)} skipped`,
    ...(data.remarks
      ? remarkLines(data.remarks, { places: false }).map(line => `- Data: ${inline(line)}`)
      : []),
    `- Model: ${inline(model.architecture)}, ${magnitude(model.parameters)} parameters, ` +
      `${model.layers} layers of width ${model.width}, vocabulary ${count(model.vocabulary)}`,
    `- Engine: ${inline(preparation.engine)}`,
  ]
  return `## Data and model\n\n${facts.join('\n')}`
}

function answers({ probes }: StudyView): string {
  const answered = probes.filter(({ before, after }) => before !== null || after !== null)
  if (answered.length === 0) return ''
  const sections = answered.map(({ prompt, before, after }) => {
    const parts = [`Question:\n\n${fence(prompt)}`]
    if (before !== null) parts.push(`Before:\n\n${fence(before)}`)
    if (after !== null) parts.push(`After:\n\n${fence(after)}`)
    return parts.join('\n\n')
  })
  return `## Answers\n\n${sections.join('\n\n')}`
}

const USE = `from transformers import AutoModelForCausalLM, AutoTokenizer

model = AutoModelForCausalLM.from_pretrained('.')
tokenizer = AutoTokenizer.from_pretrained('.')`

function howToUse(): string {
  return `## Use\n\n${fence(USE, 'python')}`
}
