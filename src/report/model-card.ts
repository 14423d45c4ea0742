import { basename } from 'node:path'
import { stringify } from 'yaml'
import { UserError } from '../errors.js'
import { isFinetune } from '../kinds/finetune/task.js'
import type { FinetuneTask, TrainingSpec } from '../record/study.js'
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
import { gainLine } from './against-defaults.js'
import type { StudyView, TrialView } from './view.js'
import { retrainedTable } from './retrained.js'
import { finalistsTable } from './test-view.js'
import { TRUST_WORDS, VERDICT_WORDS } from './words.js'

/**
 * README.md of an exported model: YAML front matter as the Hugging Face Hub reads it, then study,
 * data, hyperparameters, learning curve, verdict and the answers before and after.
 *
 * A licence is not ours to claim, so none is given. Paths are cut to their last part: a card gets
 * published.
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
  const base = hubId(baseName(task.model))
  return stringify({
    ...(base === null ? {} : { base_model: base }),
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

/** The Hub accepts as base model only what could be a repository's name. */
function hubId(name: string): string | null {
  return /^([A-Za-z0-9][A-Za-z0-9._-]{0,95}\/)?[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/.test(name) &&
    !/--|\.\./.test(name) &&
    !name.endsWith('.git')
    ? name
    : null
}

function introduction(view: TunedView, trial: TrialView): string {
  const from = `Fine-tuned from ${code(baseName(view.task.model))} on ${[view.task.data]
    .flat()
    .map(source => code(basename(source)))
    .join(', ')} by tune`
  const gained = trial.rank === 1 ? gainLine(view) : null
  const before = view.start
    ? `; the model it was made from has ${loss(view.start.valLoss)} (${perplexity(view.start.perplexity)})`
    : ''
  return [
    `# ${inline(view.name)}`,
    `${from}: epoch ${trial.bestEpoch}${view.scoreEpoch === 'last' ? ', the last, by which the study scores its trials,' : ''} of trial ${trial.number}, ${trial.rank === 1 ? 'the best' : `rank ${trial.rank}`} of ${plural(view.progress.finished, 'finished trial')}.`,
    `Validation loss ${loss(trial.valLoss)} nats per token (perplexity ${perplexity(trial.perplexity)})${before}.${gained ? ` ${gained}` : ''}`,
  ].join('\n\n')
}

/**
 * What was the same for every trial. An adapter's settings go by the names that they are searched
 * under.
 */
function settingsOf({
  optimizer = 'adamw',
  schedule,
  warmupSteps,
  warmupRatio,
  weightDecay,
  clipNorm,
  maxLength,
  method,
  lora,
  dropout,
  labelSmoothing,
  momentum,
  decayRatio,
}: TrainingSpec): Record<string, string | number> {
  const adapter =
    method === 'lora' && lora
      ? {
          method,
          loraRank: lora.rank,
          loraAlpha: lora.alpha,
          loraDropout: lora.dropout,
          loraTargets: lora.targets.join(' '),
          rslora: String(lora.rslora),
        }
      : {}
  const said = Object.entries({ momentum, dropout, labelSmoothing, decayRatio }).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  )
  const warmup = warmupRatio !== undefined && warmupRatio > 0 ? { warmupRatio } : { warmupSteps }
  return {
    ...adapter,
    optimizer,
    schedule,
    ...warmup,
    weightDecay,
    clipNorm,
    ...Object.fromEntries(said),
    maxLength,
  }
}

function hyperparameters(view: TunedView, trial: TrialView): string {
  const fixed = settingsOf(view.task.training)
  const rows = Object.entries({ ...fixed, ...trial.params }).map(([name, value]) => [
    inline(paramName(name)),
    code(paramValue(value)),
    name in trial.params ? 'searched' : 'fixed',
  ])
  const pruned = view.trials.filter(({ state }) => state === 'pruned').length
  const pruner =
    view.pruner === undefined ? '' : `, ${pruned} of them given up by ${inline(view.pruner)}`
  const search = `Found by ${inline(view.sampler)} search (seed ${view.seed}) over ${plural(view.progress.finished, 'trial')}${pruner}${view.progress.epochs ? `, ${plural(view.progress.epochs.spent, 'epoch')} in all,` : ''} in ${duration(view.seconds)}.`
  return `## Hyperparameters\n\n${table(['parameter', 'value', ''], rows)}\n\n${search}`
}

function curveTable({ epochs, bestEpoch, verdict, reason }: TrialView): string {
  const rows = epochs.map(({ epoch, loss: train, valLoss }) => [
    `${epoch}${epoch === bestEpoch ? ' (exported)' : ''}`,
    loss(train),
    loss(valLoss),
  ])
  const judged = verdict
    ? `\n\nVerdict: **${VERDICT_WORDS.en[verdict.kind].label}** — ${inline(verdict.reason)}. The trial ${inline(reason)}.`
    : ''
  return `## Learning curve\n\n${table(['epoch', 'training loss', 'validation loss'], rows)}${judged}`
}

/** What the figures above are worth, in the words of leaderboard and terminal. */
function reliability(
  { trust, test, retrained, language }: StudyView,
  { number, gap }: TrialView,
): string {
  if (!trust && !test && !retrained) return ''
  const standing = trust?.standings.find(each => each.number === number)
  const facts = [
    trust && `- ${inline(sentence(trust.sentence))}.`,
    ...(test?.sentences ?? []).map(said => `- ${inline(sentence(said))}.`),
    retrained?.sentence && `- ${inline(sentence(retrained.sentence))}.`,
    standing &&
      `- On other examples of the kind its loss is likely to be between ${loss(standing.low)} and ${loss(standing.high)} (95%).`,
    gap !== null &&
      `- Its loss on the examples it learnt from is ${loss(Math.abs(gap))} nats ${gap < 0 ? 'higher' : 'lower'} than on those it had not seen.`,
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
  const measured = tables
    .map(({ header, rows, note }) => `\n\n${table(header, rows)}\n\n${note}`)
    .join('')
  return `## ${TRUST_WORDS[language].trust}\n\n${facts.filter(Boolean).join('\n')}${measured}`
}

/** The trials that overfitted, in the words of leaderboard and terminal. */
function overfitted({ overfitted: trials, language }: StudyView): string {
  if (trials.length === 0) return ''
  return `## ${TRUST_WORDS[language].overfit}\n\n${VERDICT_WORDS[language].overfit.meaning}\n\n${trials.map(({ number, reason }) => `- Trial ${number}: ${inline(reason)}.`).join('\n')}`
}

function dataFacts({ preparation, task }: TunedView): string {
  if (!preparation) return ''
  const { data, model } = preparation
  const facts = [
    `- Data: ${[task.data]
      .flat()
      .map(source => code(basename(source)))
      .join(
        ', ',
      )}, ${inline(data.format)}, ${plural(data.examples, 'example')}: ${count(data.train)} for training, ${count(data.validation)} held back for validation${data.test ? `, ${count(data.test)} for test` : ''}`,
    `- ${plural(data.trainedTokens, 'token')} of answers trained on, of ${count(data.tokens)} in all; ${plural(data.duplicates, 'duplicate')}, ${count(data.truncated)} cut to ${count(task.training.maxLength)} tokens, ${count(data.droppedCount ?? data.dropped.length)} left out`,
    `- Model: ${inline(model.architecture)}, ${magnitude(model.parameters)} parameters, ${model.layers} layers of width ${model.width}, vocabulary ${count(model.vocabulary)}`,
    `- Trained with: ${inline(preparation.engine)}`,
  ]
  return `## Data and model\n\n${facts.join('\n')}`
}

function answers({ probes }: StudyView): string {
  const asked = probes.filter(({ before, after }) => before !== null || after !== null)
  if (asked.length === 0) return ''
  const told = asked.map(({ prompt, before, after }) => {
    const parts = [`Asked:\n\n${fence(prompt)}`]
    if (before !== null) parts.push(`Before:\n\n${fence(before)}`)
    if (after !== null) parts.push(`After:\n\n${fence(after)}`)
    return parts.join('\n\n')
  })
  return `## Answers\n\n${told.join('\n\n')}`
}

function howToUse(): string {
  return `## Use\n\n${fence("from transformers import AutoModelForCausalLM, AutoTokenizer\n\nmodel = AutoModelForCausalLM.from_pretrained('.')\ntokenizer = AutoTokenizer.from_pretrained('.')", 'python')}`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text of others inside a line: no markup, no HTML, no break. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#]/g, mark => `\\${mark}`)
}

function code(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replaceAll('|', '¦')
  const ticks = '`'.repeat(longestRun(plain) + 1)
  return ticks.length === 1 ? `\`${plain}\`` : `${ticks} ${plain} ${ticks}`
}

/** A code block whose fence is longer than any run of backticks in it. */
function fence(text: string, language = 'text'): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${ticks}${language}\n${text}\n${ticks}`
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length))
}
