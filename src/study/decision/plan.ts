import { trialKind } from '../../kinds/index.js'
import type { StudySpec } from '../../record/study.js'
import { axis, GRID_LEVELS, gridSize } from '../../search/samplers/grid.js'
import type { Space } from '../../space/parameter.js'
import { trialPacing, type Pacing } from './pacing.js'

/**
 * How the trials of a study share trainings.
 *
 * Under a constant learning rate a run of 3 epochs is a prefix of a run of 10: configurations that
 * differ in epochs alone are one training, and the search is over the other parameters. Under any
 * other schedule epochs is a dimension like the rest, and each trial is a training of its own; so
 * it is where a trial counts by its last epoch, since that hangs on how many there are. A grid asks
 * for every number of epochs, and one training answers them all the same.
 */
export interface Plan {
  /** What the sampler sees. */
  readonly space: Space
  /**
   * Epoch counts that one training answers, ascending; its trials are numbered in this order. Null
   * when the sampler chooses epochs.
   */
  readonly epochCounts: readonly number[] | null
  readonly pacing: Pacing
}

export function trialPlan(spec: StudySpec): Plan {
  const { space, epochCounts } = sharing(spec)
  return { space, epochCounts, pacing: trialPacing(spec, space, epochCounts) }
}

function sharing(spec: StudySpec): Omit<Plan, 'pacing'> {
  const epochs = spec.space.find(({ name }) => name === 'epochs')
  const ownEpochs = spec.scoreEpoch === 'last' && spec.sampler.name !== 'grid'
  if (!epochs || ownEpochs || !sharesTrainings(spec))
    return { space: spec.space, epochCounts: null }
  const counts = axis(epochs, gridLevels(spec)).map(Number)
  const ascending = [...counts].sort((a, b) => a - b)
  const most = epochs.kind === 'categorical' ? ascending.at(-1)! : epochs.high
  return {
    space: spec.space.filter(parameter => parameter !== epochs),
    epochCounts: spec.sampler.name === 'grid' ? ascending : [most],
  }
}

/** Whether a short run is a prefix of a long one, whatever else the trials are given. */
function sharesTrainings({ space, task }: StudySpec): boolean {
  const kind = trialKind(task)
  return kind.schedule(task, {}) === 'constant' && kind.isPrefix(task, space)
}

/** How many trials the study will have: its budget, or fewer where a grid is smaller. */
export function trialsPlanned(spec: StudySpec, plan: Plan, budget: number): number {
  if (spec.sampler.name !== 'grid') return budget
  return Math.min(
    budget,
    gridSize(plan.space, { levels: gridLevels(spec) }) *
      (plan.epochCounts?.length ?? 1) *
      (spec.repeats ?? 1),
  )
}

function gridLevels({ sampler }: StudySpec): number {
  return Number(sampler.options['levels'] ?? GRID_LEVELS)
}
