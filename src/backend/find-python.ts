import { join } from 'node:path'
import { UserError } from '../errors.js'
import { findProgram, errorSummary, runCommand } from './run-command.js'

/**
 * Finds a Python that has pip, or makes one: a virtual environment in `folder`.
 *
 * @returns the path of the interpreter
 * @throws UserError when there is no Python 3, or neither pip nor venv is part of it
 */
export async function pythonWithPip(
  folder: string,
  onProgress: (message: string) => void,
): Promise<string> {
  const python = findProgram('python3', 'python')
  if (!python)
    throw new UserError(
      'python3',
      "was not found on PATH; TensorFlow's library comes out of its Python package",
      installRemedy('python3 python3-pip'),
    )
  const version = await runCommand(python, ['-c', 'import sys; print(sys.version_info[0])'])
  if (version.code !== 0 || version.output.trim() !== '3')
    throw new UserError(
      python,
      `is not a Python 3 that runs: ${errorSummary(version)}`,
      installRemedy('python3 python3-pip'),
    )
  if ((await runCommand(python, ['-m', 'pip', '--version'])).code === 0) return python
  onProgress('python3 has no pip: creating a virtual environment with it')
  const venv = await runCommand(python, ['-m', 'venv', folder])
  const venvPython = join(folder, 'bin', 'python')
  if (venv.code === 0 && (await runCommand(venvPython, ['-m', 'pip', '--version'])).code === 0)
    return venvPython
  throw new UserError(
    python,
    'has neither pip nor a venv to get it from',
    installRemedy('python3-pip'),
  )
}

export function installRemedy(packages: string): string {
  return (
    `Install ${packages.split(' ').join(' and ')} ` +
    `(on Debian and Ubuntu: sudo apt-get install ${packages}), then run this again`
  )
}
