import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, extname, isAbsolute, join, resolve } from 'node:path'
import { UserError } from '../../errors.js'
import type { CommandTask } from '../../record/study.js'

const JAVASCRIPT = ['.js', '.mjs', '.cjs']
const TYPESCRIPT = ['.ts', '.mts', '.cts']

/**
 * Whether a file can be a training module here, without running it.
 *
 * @throws UserError when it is not there, or is of a kind that this Node cannot load
 */
export function checkModuleFile(path: string): void {
  if (!existsSync(path) || !statSync(path).isFile())
    throw new UserError(
      `module ${path}`,
      'there is no such file',
      'Name a file that exports train(trial)',
    )
  const extension = extname(path)
  if (JAVASCRIPT.includes(extension)) return
  if (!TYPESCRIPT.includes(extension))
    throw new UserError(
      `module ${path}`,
      `is a ${extension || 'file without extension'}`,
      `Use one of ${[...JAVASCRIPT, ...TYPESCRIPT].join(', ')}`,
    )
  if ((process.features as { readonly typescript?: unknown }).typescript) return
  throw new UserError(
    `module ${path}`,
    `is TypeScript, which Node ${process.versions.node} does not load`,
    'Compile it and name the .js, or use Node 22.18 or later, which strips types',
  )
}

/** @throws UserError when the folder is not there, or no program by that name can be found */
export function checkProgram({ command, directory }: CommandTask): void {
  if (!existsSync(directory) || !statSync(directory).isDirectory())
    throw new UserError(
      `directory ${directory}`,
      'there is no such folder',
      'Name the folder that the command should run in',
    )
  const program = command[0]!
  const candidates = /[/\\]/.test(program)
    ? [isAbsolute(program) ? program : resolve(directory, program)]
    : (process.env['PATH'] ?? '').split(delimiter).map(dir => join(dir, program))
  const endings =
    process.platform === 'win32'
      ? ['', ...(process.env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';')]
      : ['']
  if (candidates.some(path => endings.some(ending => runnable(path + ending)))) return
  throw new UserError(
    `command ${program}`,
    `there is no such program ${/[/\\]/.test(program) ? `at ${candidates[0]}` : 'on the PATH'}`,
    'Check its spelling, or give its whole path',
  )
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
