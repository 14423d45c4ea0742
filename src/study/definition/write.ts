import { dirname, resolve } from 'node:path'
import { Document, isCollection, isScalar, type Pair } from 'yaml'
import { unreachable } from '../../errors.js'
import type { StudySpec } from '../../record/study.js'
import { searches } from '../../search/registry.js'
import type { Setting, TrainingSpec } from '../../settings/index.js'
import { writeOwnParameter } from '../../settings/own-parameter-input.js'
import { writeExtras } from '../../settings/parameter-extras.js'
import { writeParameter } from '../../settings/parameter-input.js'
import { topSettings } from '../../settings/schema.js'
import { optional } from '../../util/optional.js'
import { nearby, sourcesAsWritten } from './paths.js'
import { testAsWritten } from './test-split.js'
import { statedDefaults } from './training-defaults.js'

type Values = Readonly<Record<string, unknown>>

/**
 * study.yaml for a specification, in the order of the table of settings, with the help of each
 * setting beside it.
 *
 * @param file where it will be; paths in it are relative to its folder
 */
export function writeDefinition(spec: StudySpec, file: string): string {
  const base = dirname(resolve(file))
  const values: Values = { ...searchValues(spec), ...taskValues(spec, base) }
  const settings = topSettings(spec.task.kind).filter(({ name }) => values[name] !== undefined)
  const document = new Document(
    Object.fromEntries(settings.map(({ name }) => [name, values[name]])),
  )
  document.commentBefore = ' yaml-language-server: $schema=./study.schema.json'
  const pairs = (document.contents as unknown as { items: Pair[] }).items
  pairs.forEach((pair, i) => addComment(pair, commentOn(settings[i]!)))
  return String(document)
}

/** Beside a single value, above a list or a group. */
function addComment({ key, value }: Pair, comment: string): void {
  const node = isCollection(value) ? key : value
  if (isScalar(node)) node[isCollection(value) ? 'commentBefore' : 'comment'] = ` ${comment}`
}

function commentOn({ name, help }: Setting): string {
  return name === 'sampler' ? `${help.en}: ${searches.names.join(', ')}` : help.en
}

/** Settings of the search, as study.yaml has them; undefined if it need not state them. */
function searchValues(spec: StudySpec): Values {
  const { sampler, trials, objective, objectives, direction } = spec
  const hasOptions = Object.keys(sampler.options).length > 0
  return {
    ...spec,
    sampler: hasOptions ? { name: sampler.name, ...sampler.options } : sampler.name,
    trials: trials < Number.MAX_SAFE_INTEGER ? trials : undefined,
    objective: objectives ? undefined : objective,
    direction: direction === 'maximize' ? direction : undefined,
    defaults: statedDefaults(spec),
  }
}

/** Settings that the trial kinds do not share. */
function taskValues({ task, space }: StudySpec, base: string): Values {
  switch (task.kind) {
    case 'finetune':
      return {
        model: nearby(base, task.model),
        data: sourcesAsWritten(task.data, base),
        columns: task.columns,
        probes: task.probes,
        validation: task.validation,
        test: task.test === undefined ? undefined : testAsWritten(task.test, base),
        space: Object.fromEntries(
          space.map(each => [each.name, writeExtras(each, writeParameter(each))]),
        ),
        training: trainingAsWritten(task.training, base),
      }
    case 'module':
      return { module: nearby(base, task.module), ...userTrainingValues(task, space) }
    case 'command':
      return {
        command: task.command,
        directory: nearby(base, task.directory) || '.',
        ...userTrainingValues(task, space),
      }
    case 'external':
      return { external: true, ...userTrainingValues(task, space) }
    default:
      return unreachable(task)
  }
}

function userTrainingValues(
  { pausable, schedule }: { readonly pausable?: boolean; readonly schedule: string | null },
  space: StudySpec['space'],
): Values {
  return {
    pausable,
    schedule: schedule ?? undefined,
    parameters: Object.fromEntries(
      space.map(each => [each.name, writeExtras(each, writeOwnParameter(each))]),
    ),
  }
}

function trainingAsWritten({ score, ...settings }: TrainingSpec, base: string): object {
  if (!score) return settings
  const data = score.data === undefined ? undefined : sourcesAsWritten(score.data, base)
  return { ...settings, score: { ...score, ...optional({ data }) } }
}
