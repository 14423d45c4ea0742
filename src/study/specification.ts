import { dirname, resolve } from 'node:path'
import type { StudySpec } from '../record/study.js'
import { checkSpec } from './check-spec.js'
import { readSettings } from './definition/read.js'
import { readYaml } from './definition/yaml.js'
import type { Locate } from '../settings/locate.js'

/**
 * Checks a definition and fills in its defaults.
 *
 * @param base folder that relative paths start from
 * @param locate turns a path inside the definition into the words an error begins with
 * @throws UserError for the first value that does not fit
 */
export function studySpec(
  name: string,
  value: unknown,
  base: string,
  locate: Locate = path => path.join('.'),
): StudySpec {
  const { spec, defaults } = readSettings(name, value, base, locate)
  return checkSpec(spec, defaults, locate)
}

/**
 * Reads study.yaml. Keys of earlier versions are accepted in a file, with a note that names them.
 *
 * @throws UserError naming file, line and remedy
 */
export function readDefinition(
  file: string,
  name: string,
  onNote?: (message: string) => void,
): StudySpec {
  const { value, locate } = readYaml(file, onNote)
  return studySpec(name, value, dirname(resolve(file)), locate)
}
