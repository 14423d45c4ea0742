import type { StudySpec } from '../record/study.js'
import type { Parameter } from '../space/parameter.js'

/**
 * A search space in which no two batch sizes make the same batches. From the number of training
 * examples on, every batch size makes one batch of all of them: the smallest such size stands for
 * the others.
 *
 * A space is left as it is if a condition or a constraint names the batch size.
 *
 * @param trainExamples examples of the train split
 * @returns the same object if there is nothing to merge
 */
export function withoutEqualBatches(spec: StudySpec, trainExamples: number): StudySpec {
  const batchSize = spec.space.find(({ name }) => name === 'batchSize')
  const limit = batchSize && smallestWhole(batchSize, trainExamples)
  if (limit === undefined || isNamed(spec)) return spec
  const space = spec.space.map(parameter =>
    parameter === batchSize ? upTo(batchSize, limit) : parameter,
  )
  const { defaults } = spec
  return {
    ...spec,
    space,
    ...(defaults && Number(defaults.batchSize) > limit
      ? { defaults: { ...defaults, batchSize: limit } }
      : {}),
  }
}

/** What is to be printed about batch sizes that were merged; null if none were. */
export function equalBatchesNote(
  before: StudySpec,
  after: StudySpec,
  trainExamples: number,
): string | null {
  if (before === after) return null
  const merged = after.space.find(({ name }) => name === 'batchSize')!
  const limit =
    merged.kind === 'categorical' ? Math.max(...merged.choices.map(Number)) : merged.high
  return (
    `batch sizes above ${limit} make the same batches of the ${trainExamples} train examples: ` +
    `${limit} stands for them`
  )
}

/**
 * The smallest batch size of a parameter that takes all examples at once; undefined unless there
 * are larger ones.
 */
function smallestWhole(parameter: Parameter, examples: number): number | undefined {
  if (parameter.kind === 'int') {
    const smallest = Math.max(parameter.low, examples)
    return parameter.high > smallest ? smallest : undefined
  }
  if (parameter.kind !== 'categorical') return undefined
  const sizes = parameter.choices.map(Number).filter(choice => choice >= examples)
  return sizes.length > 1 ? Math.min(...sizes) : undefined
}

function upTo(parameter: Parameter, limit: number): Parameter {
  if (parameter.kind === 'categorical')
    return { ...parameter, choices: parameter.choices.filter(choice => Number(choice) <= limit) }
  return { ...parameter, high: Math.min(parameter.high, limit) }
}

function isNamed({ space, constraints = [] }: StudySpec): boolean {
  return (
    space.some(({ when }) => when?.name === 'batchSize') ||
    constraints.some(constraint => JSON.stringify(constraint).includes('batchSize'))
  )
}
