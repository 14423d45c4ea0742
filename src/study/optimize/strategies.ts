import type { StoppingPruner } from '../../search/contract/pruner.js'
import type { Sampler } from '../../search/contract/sampler.js'
import type { StoppingPrunerInput, TrialSamplerInput } from '../../search/registry.js'
import { strategyChoice } from '../../settings/define-strategy.js'
import type { Options } from '../../settings/strategy-options.js'
import type { StrategyChoice } from '../../settings/strategy-registry.js'

/** A sampler's name, its name with options, `bayesian({ initial: 6 })`, or one of your own. */
export type SamplerChoice = TrialSamplerInput | Sampler

/** A pruner's name, its name with options, `median({ peers: 3 })`, or one of your own. */
export type PrunerChoice = StoppingPrunerInput | StoppingPruner

/** How a study uses a strategy that its caller chose. */
export interface Chosen<T> {
  /** As study.yaml would name it; left out for one of the caller's own. */
  readonly input?: string | (Options & { readonly name: string })
  /** The name in the record of one of the caller's own. */
  readonly ownName?: string
  /** One of the caller's own, which decides in this process. */
  readonly own?: T
}

export function chosenSampler(choice: SamplerChoice | undefined): Chosen<Sampler> {
  return chosen(choice, (value): value is Sampler => 'suggest' in value)
}

export function chosenPruner(choice: PrunerChoice | undefined): Chosen<StoppingPruner> {
  const pruner = chosen(choice, (value): value is StoppingPruner => 'judge' in value)
  // study.yaml has a pruner as text: median(peers=3).
  return typeof pruner.input === 'object' ? { ...pruner, input: asText(pruner.input) } : pruner
}

function asText({ name, ...options }: Options & { readonly name: string }): string {
  const stated = Object.entries(options).map(([key, value]) => `${key}=${String(value)}`)
  return stated.length > 0 ? `${name}(${stated.join(', ')})` : name
}

function chosen<T extends { readonly name: string }>(
  choice: string | object | undefined,
  isOwn: (value: object) => value is T,
): Chosen<T> {
  if (choice === undefined) return {}
  if (typeof choice === 'string') return { input: choice }
  if (!isOwn(choice)) return { input: choice as Options & { readonly name: string } }
  const made: StrategyChoice | undefined = strategyChoice(choice)
  return made
    ? { input: { ...made.options, name: made.name } }
    : { ownName: choice.name, own: choice }
}
