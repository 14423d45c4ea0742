import { UserError } from '../../errors.js'
import type { StudySpec } from '../../record/study.js'
import { searches } from '../../search/registry.js'
import { DEFAULTS, type StudyOutput } from '../../settings/index.js'
import type { Params } from '../../space/parameter.js'
import { optional } from '../../util/optional.js'
import type { Locate } from '../../settings/locate.js'
import { readWarmStart } from './warm-start.js'

/** A study as it was read: its settings, and the configuration that the user states as present. */
export interface StudySettings {
  readonly spec: StudySpec
  readonly defaults: Params | undefined
}

/** Settings that every kind of study has, with their defaults filled in. */
export type SearchSettings = Omit<StudyOutput<'external'>, 'external' | 'parameters'>

/**
 * Reads the settings of the search.
 *
 * @param finalists only a fine-tuning has them
 * @throws UserError for a sampler or a warm start that does not fit
 */
export function readSearch(
  name: string,
  settings: SearchSettings,
  locate: Locate,
  finalists?: number,
): Omit<StudySpec, 'space' | 'task'> {
  const { trials, slots, engine, seed, earlyStopping, pruner, minGainPerEpoch } = settings
  const { stopAfterFailures, scoreEpoch, retrain, constraints, initialPoints, repeats, warmStart } =
    settings
  const sampler = readSampler(settings.sampler, locate)
  return {
    name,
    seed,
    direction: 'minimize',
    sampler,
    trials: trials ?? (sampler.name === 'grid' ? Number.MAX_SAFE_INTEGER : DEFAULTS.trials),
    slots,
    ...optional({
      engine: engine === 'auto' ? undefined : engine,
      earlyStopping,
      pruner,
      minGainPerEpoch,
      stopAfterFailures:
        stopAfterFailures === DEFAULTS.stopAfterFailures
          ? undefined
          : failureLimit(stopAfterFailures, locate),
      scoreEpoch: scoreEpoch === 'last' ? scoreEpoch : undefined,
      finalists,
      retrain: retrain === 0 ? undefined : retrain,
      constraints: constraints?.length ? constraints : undefined,
      initialPoints: initialPoints?.length ? initialPoints : undefined,
      repeats: repeats === 1 ? undefined : repeats,
    }),
    ...readWarmStart(name, warmStart, locate),
  }
}

function failureLimit(limit: number | undefined, locate: Locate): number | undefined {
  if (limit === undefined || limit < 1 || Number.isInteger(limit)) return limit
  throw new UserError(
    locate(['stopAfterFailures']),
    `is ${limit}, neither a number of trials nor a share`,
    'Write a whole number such as 3, or a share below 1 such as 0.5',
  )
}

/** The registry knows the samplers and their options; the caller knows where they were written. */
function readSampler(sampler: SearchSettings['sampler'], locate: Locate): StudySpec['sampler'] {
  try {
    return searches.parse(sampler)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(locate(error.subject.split('.')), error.problem, error.remedy)
  }
}
