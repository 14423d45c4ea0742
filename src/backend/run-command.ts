import { spawn } from 'node:child_process'
import { constants, accessSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface CommandResult {
  /** Null when the program could not be started, or was ended by a signal. */
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

interface CommandOptions {
  /** Called with each line that the program prints. */
  readonly onLine?: (line: string) => void
  /** Added to this process's environment. */
  readonly environment?: NodeJS.ProcessEnv
}

/** Runs a program to its end. Never rejects: a failure is in the result. */
export function runCommand(
  command: string,
  args: readonly string[],
  { onLine = () => undefined, environment = {} }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      for (const line of chunk.toString().split('\n')) if (line.trim()) onLine(line.trim())
    })
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.on('error', error => resolve({ code: null, output, errors: error.message }))
    child.on('close', code => resolve({ code, output, errors }))
  })
}

/** @returns the path of the first of these programs that is on PATH, or null */
export function findProgram(...names: readonly string[]): string | null {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
      const path = join(folder, name)
      try {
        accessSync(path, constants.X_OK)
        return path
      } catch {
        continue
      }
    }
  }
  return null
}

/** The last two lines of a program's errors, or of its output, as one line. */
export function errorSummary({ output, errors }: CommandResult): string {
  const lines = (errors.trim() || output)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line && !/^(WARNING|\[notice\])/.test(line))
  return lines.slice(-2).join('; ').slice(0, 400) || 'no message'
}
