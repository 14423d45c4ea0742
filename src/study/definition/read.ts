import { UserError } from '../../errors.js'
import { kinds, type TrialKind } from '../../kinds/index.js'
import type { Tasks } from '../../record/task.js'
import type { Locate } from '../../settings/locate.js'
import { parse } from './parse.js'
import { readSearch, type SearchSettings, type StudySettings } from './search-settings.js'
import { spellSpace } from './spell-space.js'
import { hasKey } from './yaml.js'

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
  return readKind(definedKind(value, locate), name, value, base, locate)
}

/** The kind whose key is there; without one, the first, so that its key is reported as missing. */
function definedKind(value: unknown, locate: Locate): TrialKind {
  const all = Object.values(kinds) as unknown as readonly TrialKind[]
  const [kind = all[0]!, second] = all.filter(({ settings }) => hasKey(value, settings.key))
  if (second)
    throw new UserError(
      locate([second.settings.key]),
      `stands beside ${kind.settings.key}, and a study has one training`,
      `Take one of them out: ${kind.settings.key} or ${second.settings.key}`,
    )
  return kind
}

function readKind<K extends keyof Tasks>(
  kind: TrialKind<Tasks[K]>,
  name: string,
  value: unknown,
  base: string,
  locate: Locate,
): StudySettings {
  const settings = parse(kind.name, spellSpace(value, kind as never, locate), locate)
  const task = kind.definition.read(settings as never, base, locate)
  const search = settings as unknown as SearchSettings & { readonly finalists?: number }
  return {
    spec: { ...readSearch(name, search, locate, search.finalists), ...task },
    defaults: search.defaults,
  }
}
