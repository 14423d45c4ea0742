import { UserError } from '../../errors.js'
import { KIND_KEYS, TRIAL_KINDS, type TrialKind } from '../../settings/index.js'
import type { Locate } from '../locate.js'
import { readFinetune } from './finetune.js'
import { readCommand, readExternal, readModule } from './user-training.js'
import type { StudySettings } from './search-settings.js'
import { hasKey } from './yaml.js'

type Reader = (name: string, value: unknown, base: string, locate: Locate) => StudySettings

const readers: Readonly<Record<TrialKind, Reader>> = {
  finetune: readFinetune,
  module: readModule,
  command: readCommand,
  external: readExternal,
}

/**
 * Reads the settings of a study and fills in their defaults. Whether they fit each other is not
 * checked here.
 *
 * @param base folder that relative paths start from
 * @throws UserError for the first value that does not fit
 */
export function readSettings(
  name: string,
  value: unknown,
  base: string,
  locate: Locate,
): StudySettings {
  const [kind = 'finetune', second] = TRIAL_KINDS.filter(each => hasKey(value, KIND_KEYS[each]))
  if (second)
    throw new UserError(
      locate([KIND_KEYS[second]]),
      `stands beside ${KIND_KEYS[kind]}, and a study has one training`,
      `Take one of them out: ${KIND_KEYS[kind]} or ${KIND_KEYS[second]}`,
    )
  return readers[kind](name, value, base, locate)
}
