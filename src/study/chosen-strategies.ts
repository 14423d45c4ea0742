import { UserError } from '../errors.js'
import type { Allocator } from '../search/contract/allocator.js'
import { isPromoting, type Pruner, type StoppingPruner } from '../search/contract/pruner.js'
import type { Sampler } from '../search/contract/sampler.js'
import type {
  PrunerInput,
  SamplerInput,
  StoppingPrunerInput,
  TrialSamplerInput,
} from '../search/registry.js'
import { strategyChoice } from '../settings/define-strategy.js'
import { ownText } from '../settings/own-strategy.js'
import type { Options } from '../settings/strategy-options.js'
import { argumentText } from '../settings/strategy-syntax.js'
import { optional } from '../util/optional.js'
import type { Strategies } from './decision/strategies.js'

/** A sampler's name, its name with options, `bayesian({ initial: 6 })`, or one of your own. */
export type SamplerChoice = TrialSamplerInput | Sampler
/** As `SamplerChoice`, for trials that can be paused. */
export type StudySamplerChoice = SamplerInput | Sampler | Allocator

/** A pruner's name, its name with options, `median({ peers: 3 })`, or one of your own. */
export type PrunerChoice = StoppingPrunerInput | StoppingPruner
/** As `PrunerChoice`, for trials that can be paused. */
export type StudyPrunerChoice = PrunerInput | Pruner

type NamedOptions = Options & { readonly name: string }

/** How study.yaml names what a caller chose, and the objects among it. */
export interface ChosenStrategies {
  readonly names: {
    readonly sampler?: string | NamedOptions
    readonly pruner?: string
  }
  readonly own: Strategies
}

/** @throws UserError for an object whose name study.yaml cannot have */
export function chosenStrategies({
  sampler,
  pruner,
}: {
  readonly sampler?: StudySamplerChoice | undefined
  readonly pruner?: StudyPrunerChoice | undefined
}): ChosenStrategies {
  const ownSampler = isOwnSampler(sampler) && !strategyChoice(sampler) ? sampler : undefined
  const ownPruner = isOwnPruner(pruner) && !strategyChoice(pruner) ? pruner : undefined
  checkName(ownSampler)
  checkName(ownPruner)
  return {
    names: optional({
      sampler: ownSampler
        ? ownText({ object: ownSampler.name, pauses: 'allocate' in ownSampler })
        : named(sampler),
      pruner: ownPruner
        ? ownText({ object: ownPruner.name, pauses: isPromoting(ownPruner) })
        : asText(named(pruner)),
    }),
    own: optional({ sampler: ownSampler, pruner: ownPruner }),
  }
}

function checkName(object: { readonly name: string } | undefined): void {
  if (object && !/^[A-Za-z][\w.-]*$/.test(object.name))
    throw new UserError(
      `strategy ${JSON.stringify(object.name)}`,
      'has a name that study.yaml cannot hold',
      'Use a letter first, then letters, digits, dots, dashes and underscores',
    )
}

function isOwnSampler(value: StudySamplerChoice | undefined): value is Sampler | Allocator {
  return typeof value === 'object' && ('suggest' in value || 'allocate' in value)
}

function isOwnPruner(value: StudyPrunerChoice | undefined): value is Pruner {
  return typeof value === 'object' && ('judge' in value || 'promote' in value)
}

function named(choice: string | object | undefined): string | NamedOptions | undefined {
  if (typeof choice !== 'object') return choice
  const made = strategyChoice(choice)
  return made ? { ...made.options, name: made.name } : (choice as NamedOptions)
}

/** study.yaml has a pruner as text: `median(peers=3)`. */
function asText(choice: string | NamedOptions | undefined): string | undefined {
  if (typeof choice !== 'object') return choice
  const { name, ...options } = choice
  const stated = Object.entries(options).map(([key, value]) => `${key}=${argumentText(value)}`)
  return stated.length > 0 ? `${name}(${stated.join(', ')})` : name
}
