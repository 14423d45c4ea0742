import { dirname, resolve } from 'node:path'
import { Document } from 'yaml'
import { unreachable } from '../../errors.js'
import type { CommandTask } from '../../kinds/command/task.js'
import type { ExternalTask } from '../../kinds/external/task.js'
import type { ModuleTask } from '../../kinds/module/task.js'
import type { StudySpec } from '../../record/study.js'
import type { TrainingSpec } from '../../settings/index.js'
import { searches } from '../../search/registry.js'
import { writeExtras } from '../../settings/parameter-extras.js'
import { nearby, sourcesAsWritten } from './paths.js'
import { testAsWritten } from './test-split.js'
import { writeOwnParameter } from '../../settings/own-parameter-input.js'
import { writeParameter } from '../../settings/parameter-input.js'
import { statedDefaults } from './training-defaults.js'

/** study.yaml for a specification, with a line on each value for whoever edits it by hand. */
export function writeDefinition(spec: StudySpec, file: string): string {
  const { sampler } = spec
  const document = new Document({
    ...taskAsWritten(spec, dirname(resolve(file))),
    sampler:
      Object.keys(sampler.options).length > 0
        ? { name: sampler.name, ...sampler.options }
        : sampler.name,
    ...(spec.trials < Number.MAX_SAFE_INTEGER ? { trials: spec.trials } : {}),
    slots: spec.slots,
    ...(spec.engine ? { engine: spec.engine } : {}),
    seed: spec.seed,
    ...settingsAsWritten(spec, dirname(resolve(file))),
    earlyStopping: spec.earlyStopping,
    ...(spec.pruner === undefined ? {} : { pruner: spec.pruner }),
    ...(spec.minGainPerEpoch === undefined ? {} : { minGainPerEpoch: spec.minGainPerEpoch }),
    ...(spec.scoreEpoch ? { scoreEpoch: spec.scoreEpoch } : {}),
    ...(spec.finalists === undefined ? {} : { finalists: spec.finalists }),
    ...(spec.retrain ? { retrain: spec.retrain } : {}),
    ...(spec.constraints ? { constraints: spec.constraints } : {}),
    ...(spec.initialPoints ? { initialPoints: spec.initialPoints } : {}),
    ...searchAsWritten(spec),
  })
  for (const [key, comment] of Object.entries(COMMENTS)) {
    const node = document.get(key, true) as { comment?: string } | undefined
    const flat = node && !('items' in node)
    if (flat) node.comment = ` ${comment}`
    else if (node)
      (
        document.contents as unknown as {
          items: { key: { value: string; commentBefore?: string } }[]
        }
      ).items.find(
        item => (item.key as unknown) === key || item.key.value === key,
      )!.key.commentBefore = ` ${comment}`
  }
  return String(document)
}

/** What is said of the search beside its sampler. */
function searchAsWritten(spec: StudySpec): object {
  const defaults = statedDefaults(spec)
  const { repeats, warmStart, objectives } = spec
  return {
    ...(defaults ? { defaults } : {}),
    ...(repeats ? { repeats } : {}),
    ...(warmStart ? { warmStart } : {}),
    ...(objectives ? { objectives } : {}),
  }
}

/** What is trained. */
function taskAsWritten({ task }: StudySpec, base: string): object {
  switch (task.kind) {
    case 'finetune':
      return {
        model: nearby(base, task.model),
        data: sourcesAsWritten(task.data, base),
        ...(task.columns ? { columns: task.columns } : {}),
        probes: task.probes,
      }
    case 'module':
      return { module: nearby(base, task.module), ...pausableAsWritten(task) }
    case 'command':
      return {
        command: task.command,
        directory: nearby(base, task.directory) || '.',
        ...pausableAsWritten(task),
      }
    case 'external':
      return { external: true, ...pausableAsWritten(task) }
    default:
      return unreachable(task)
  }
}

function pausableAsWritten({ pausable }: ModuleTask | CommandTask | ExternalTask): object {
  return pausable ? { pausable } : {}
}

/** What is searched, and what is the same for every trial. */
function settingsAsWritten(
  { task, space, direction, objective, objectives }: StudySpec,
  base: string,
): object {
  if (task.kind === 'finetune') {
    return {
      space: Object.fromEntries(
        space.map(parameter => [parameter.name, writeExtras(parameter, writeParameter(parameter))]),
      ),
      training: trainingAsWritten(task.training, base),
      ...(objective && !objectives ? { objective } : {}),
      validation: task.validation,
      ...(task.test === undefined ? {} : { test: testAsWritten(task.test, base) }),
    }
  }
  const parameters = Object.fromEntries(
    space.map(parameter => [parameter.name, writeExtras(parameter, writeOwnParameter(parameter))]),
  )
  return {
    parameters,
    ...(task.kind === 'external' && direction === 'maximize' ? { direction } : {}),
    ...(task.schedule === null ? {} : { schedule: task.schedule }),
  }
}

function trainingAsWritten({ score, ...rest }: TrainingSpec, base: string): object {
  return {
    ...rest,
    ...(score
      ? {
          score: {
            ...score,
            ...(score.data === undefined ? {} : { data: sourcesAsWritten(score.data, base) }),
          },
        }
      : {}),
  }
}

const COMMENTS: Readonly<Record<string, string>> = {
  model: 'a folder in Hugging Face layout, or hf:org/name',
  data: 'JSON, JSONL, CSV, XML, Parquet or text; a file, a folder, a pattern, or a list of them',
  module: 'a file that exports train(trial)',
  command:
    'a program that prints {"epoch": 1, "valLoss": 0.5} after each epoch; {name} is a parameter',
  directory: 'where it runs',
  external: 'trials are trained by whoever asks for them: tune study ask, tell; optimize',
  parameters:
    'what is searched: a range low..high, or a list; epochs is the most that a training may run',
  probes: 'asked before the search, and again of the best model',
  pausable: 'it saves what it needs to go on from any epoch, so its trials may be paused',
  sampler: searches.names.join(', '),
  trials: 'how many trials to run',
  slots: 'trials side by side',
  engine: 'what trials run on; tune doctor measures them',
  seed: 'the same seed asks for the same trials',
  space: 'what is searched: a range low..high, or a list',
  training: 'the same for every trial',
  objective:
    'what trials are compared by: valLoss, perplexity, tokenAccuracy, exactMatch, contains or rougeL',
  validation: 'share of the examples held back to measure with',
  test: 'examples that neither training nor search sees: auto, a share, or files of their own; the first trials are measured on them',
  scoreEpoch: 'last: a trial counts by its last epoch, not by its best',
  finalists: 'trials that are measured on the test split',
  retrain: 'further trainings of each of them, under other seeds',
  pruner: 'gives up trials that lag behind others: median, percentile(25), asha or hyperband',
  minGainPerEpoch:
    'the least that another epoch must be expected to gain; the study ends when none is',
  earlyStopping: 'end a trial when more epochs only make it worse',
}
