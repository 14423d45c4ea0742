import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { UserError } from '../../errors.js'
import type { CommandTask } from './task.js'

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
