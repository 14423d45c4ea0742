import { spawn } from 'node:child_process'
import { constants, accessSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Ended {
  /** Null when it could not be started, or was ended by a signal. */
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

export interface CommandOptions {
  /** Told each line that it prints. */
  readonly onLine?: (line: string) => void
  /** Added to this process's own. */
  readonly environment?: NodeJS.ProcessEnv
}

/** Runs a program to its end; that it fails is in the answer. */
export function runCommand(
  command: string,
  args: readonly string[],
  { onLine = () => undefined, environment = {} }: CommandOptions = {},
): Promise<Ended> {
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

/** The end of what a program complained of, on one line. */
export function lastWords({ output, errors }: Ended): string {
  const lines = (errors.trim() || output)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line && !/^(WARNING|\[notice\])/.test(line))
  return lines.slice(-2).join('; ').slice(0, 400) || 'no message'
}
