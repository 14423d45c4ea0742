import { dirname, resolve } from 'node:path'
import { Document, isCollection, isScalar, type Pair } from 'yaml'
import { trialKind } from '../../kinds/index.js'
import type { StudySpec } from '../../record/study.js'
import type { Setting } from '../../settings/index.js'
import { topSettings } from '../../settings/schema.js'
import { STRATEGY_LISTS } from './strategies.js'
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
  const kind = trialKind(spec.task)
  const values: Values = {
    ...searchValues(spec),
    ...kind.definition.write(spec, base),
  }
  const settings = topSettings(kind.settings).filter(({ name }) => values[name] !== undefined)
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

/** The help of a setting; of a strategy with the names to choose from, if it lists none. */
function commentOn({ name, help }: Setting): string {
  const list = STRATEGY_LISTS.find(({ key, words }) => key === name && words.length === 0)
  const names = list?.registry.strategies.map(strategy => strategy.name).join(', ')
  return names === undefined ? help.en : `${help.en}: ${names}`
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
