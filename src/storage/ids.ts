import { UserError } from '../errors.js'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
// Windows opens a device under these names, whatever the extension.
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

/**
 * A study's name is the name of its folder: it must not lead out of the studies folder, and must be
 * a folder's name on every system that a study may be copied to.
 *
 * @throws UserError saying which rule the name breaks
 */
export function checkStudyName(name: string): string {
  const problem = nameProblem(name)
  if (problem === null) return name
  throw new UserError(
    `study name "${shown(name)}"`,
    problem,
    'Use up to 64 letters, digits, ".", "_" and "-", beginning with a letter or a digit',
  )
}

export function isStudyName(name: string): boolean {
  return nameProblem(name) === null
}

function nameProblem(name: string): string | null {
  if (name === '') return 'is empty'
  if (/[/\\]/.test(name)) return 'is a path, not a name'
  if (name.length > 64) return `has ${name.length} characters`
  if (!NAME.test(name)) return 'has characters that a folder name should not have'
  if (name.endsWith('.')) return 'ends with a dot, which Windows drops'
  if (RESERVED.test(name)) return 'is the name of a device on Windows'
  return null
}

function shown(name: string): string {
  const plain = JSON.stringify(name).slice(1, -1)
  return plain.length > 80 ? `${plain.slice(0, 77)}...` : plain
}
