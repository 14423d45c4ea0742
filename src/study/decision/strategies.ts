import { UserError } from '../../errors.js'
import type { StudySpec } from '../../record/study.js'
import type { Allocator } from '../../search/contract/allocator.js'
import { isPromoting, type Pruner } from '../../search/contract/pruner.js'
import type { Sampler } from '../../search/contract/sampler.js'
import {
  allocators,
  createPruner,
  pruners,
  samplers,
  studyAllocator,
  studySampler,
} from '../../search/registry.js'
import { missingObject, ownStrategy } from '../../settings/own-strategy.js'

/** A sampler and a pruner that are objects of the caller, for a study that names them `own(…)`. */
export interface Strategies {
  readonly sampler?: Sampler | Allocator
  readonly pruner?: Pruner
}

/** Whether a study's sampler decides how many epochs a trial gets, and pauses it meanwhile. */
export function isAllocating({ sampler }: Pick<StudySpec, 'sampler'>): boolean {
  return allocators.has(sampler.name) || (ownStrategy(sampler)?.pauses ?? false)
}

/** Whether a study's pruner pauses trials and resumes the best. */
export function isPromotingPruner(pruner: string): boolean {
  const own = ownStrategy(pruners.parse(pruner))
  return own ? own.pauses : isPromoting(createPruner(pruner))
}

/** @throws UserError if it is an object that the caller did not pass */
export function samplerIn(sampler: StudySpec['sampler'], own: Strategies = {}): Sampler {
  const product = ownStrategy(sampler) ? own.sampler : samplers.create(sampler)
  if (product && 'suggest' in product) return studySampler(product)
  return missingObject('sampler', sampler.name)
}

/** @throws UserError if it is an object that the caller did not pass */
export function allocatorIn(sampler: StudySpec['sampler'], own: Strategies = {}): Allocator {
  const product = ownStrategy(sampler) ? own.sampler : allocators.create(sampler)
  if (product && 'allocate' in product) return studyAllocator(product)
  return missingObject('sampler', sampler.name)
}

/** @throws UserError if it is an object that the caller did not pass */
export function prunerIn(pruner: string, own: Strategies = {}): Pruner {
  return ownStrategy(pruners.parse(pruner)) && own.pruner ? own.pruner : createPruner(pruner)
}

/**
 * Checks that the objects which a study names are there, before anything begins.
 *
 * @throws UserError naming what is missing, or what the study does not use
 */
export function checkStrategies({ name, sampler, pruner }: StudySpec, own: Strategies = {}): void {
  const chosenPruner = pruner === undefined ? null : pruners.parse(pruner)
  const places = [
    ['sampler', sampler, own.sampler],
    ['pruner', chosenPruner, own.pruner],
  ] as const
  for (const [key, choice, object] of places) {
    const stated = choice && ownStrategy(choice)
    if (stated && object?.name !== stated.object) missingObject(key, stated.object)
    if (object && !stated)
      throw new UserError(
        `${key} ${object.name}`,
        `is not that of study ${name}, which has ${choice?.name ?? 'none'}`,
        `Leave it out, or write ${key}: own(${object.name}) into its study.yaml`,
      )
  }
}
