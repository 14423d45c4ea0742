import { UserError } from '../../errors.js'
import { trialKind } from '../../kinds/index.js'
import type { StudySpec } from '../../record/study.js'
import { chooseSampler } from '../../search/samplers/auto.js'
import { allocators } from '../../search/registry.js'
import type { Options } from '../../settings/strategy-options.js'
import type { Parameter, Space } from '../../space/parameter.js'
import type { Locate } from '../../settings/locate.js'
import { isAllocating, isPromotingPruner } from './strategies.js'

/** How far a trial is trained at a time. */
export type Pacing =
  /** To its end, or to where a pruner gives it up. */
  | { readonly kind: 'whole' }
  /**
   * As far as an allocator buys epochs for it, again and again; the budget is one of epochs.
   * `chosen` says why, if the study left the choice to `auto`.
   */
  | {
      readonly kind: 'allocator'
      readonly name: string
      readonly options: Options
      readonly maxEpochs: number
      readonly chosen: string | null
    }
  /** To where a pruner compares it with others and lets the best go on. */
  | { readonly kind: 'rungs'; readonly pruner: string; readonly maxEpochs: number }

/**
 * @param space what is searched by the sampler
 * @param levels epoch counts that one training answers, or null
 */
export function trialPacing(
  spec: StudySpec,
  space: Space,
  epochCounts: readonly number[] | null,
): Pacing {
  const { sampler, pruner } = spec
  const maxEpochs = pausable(spec) ? mostEpochs(spec, epochCounts) : null
  if (maxEpochs === null) return { kind: 'whole' }
  if (pruner !== undefined && isPromotingPruner(pruner)) return { kind: 'rungs', pruner, maxEpochs }
  if (isAllocating(spec)) return { kind: 'allocator', ...sampler, maxEpochs, chosen: null }
  if (sampler.name !== 'auto' || pruner !== undefined || spec.warmStart || allocatorMisfit(spec))
    return { kind: 'whole' }
  const chosen = chooseSampler({
    space: space.filter(parameter => !isFixed(parameter)),
    pausable: true,
  })
  return allocators.has(chosen.sampler)
    ? { kind: 'allocator', name: chosen.sampler, options: {}, maxEpochs, chosen: chosen.reason }
    : { kind: 'whole' }
}

/**
 * @throws UserError where a study asks for its trials to be paused and they cannot be, or for two
 * things that exclude each other
 */
export function checkPacing(spec: StudySpec, pacing: Pacing, locate: Locate): void {
  const { sampler, pruner, minGainPerEpoch } = spec
  const allocates = isAllocating(spec)
  const promotes = pruner !== undefined && isPromotingPruner(pruner)
  if (allocates && promotes)
    throw new UserError(
      locate(['pruner']),
      `is ${pruner}, which decides who goes on, as ${sampler.name} does`,
      'Take it out, or choose another sampler',
    )
  if ((allocates || promotes) && pacing.kind === 'whole') {
    const [place, name] = allocates
      ? (['sampler', sampler.name] as const)
      : (['pruner', pruner] as const)
    if (!pausable(spec))
      throw new UserError(
        locate([place]),
        `is ${name}, which pauses trials, and this training is not said to go on from where it was`,
        'Have it save what it needs (docs/guides/own-training.md) and add pausable: true',
      )
    throw new UserError(
      locate([place]),
      `is ${name}, which needs the same most epochs for every trial, and here epochs are searched`,
      'Give one number of epochs, or a constant schedule',
    )
  }
  const misfit = allocates ? allocatorMisfit(spec) : null
  if (misfit)
    throw new UserError(
      locate(['sampler']),
      `is ${sampler.name}, which ${misfit}`,
      'Choose another sampler',
    )
  if (minGainPerEpoch !== undefined && pacing.kind !== 'allocator')
    throw new UserError(
      locate(['minGainPerEpoch']),
      'is what an epoch must be expected to gain, which only epoch-aware search knows',
      'Add sampler: epoch-aware, or take it out',
    )
}

/** What of a study an allocator does not know. */
function allocatorMisfit({ scoreEpoch, objectives, repeats = 1 }: StudySpec): string | null {
  if (scoreEpoch === 'last') return 'counts a trial by its best epoch, not by its last one'
  if (objectives) return 'knows of one objective'
  return repeats > 1 ? 'trains each configuration once' : null
}

function pausable({ task }: StudySpec): boolean {
  return trialKind(task).pausable(task)
}

/** The most epochs of every trial; null where they differ. */
function mostEpochs({ space }: StudySpec, epochCounts: readonly number[] | null): number | null {
  if (epochCounts) return epochCounts.at(-1)!
  const epochs = space.find(({ name }) => name === 'epochs')
  if (!epochs || !isFixed(epochs)) return null
  return Number(epochs.kind === 'categorical' ? epochs.choices[0] : epochs.low)
}

function isFixed(parameter: Parameter): boolean {
  return parameter.kind === 'categorical'
    ? parameter.choices.length === 1
    : parameter.low === parameter.high
}
