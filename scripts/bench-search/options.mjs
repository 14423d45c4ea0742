// The command line of the search benchmarks, and programs beside them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const python = join(root, '.venv-oracle/bin/python')

export const has = name => process.argv.includes(`--${name}`)
export const option = (name, otherwise) =>
  has(name) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : otherwise

/** @returns what the program printed */
export function run(program, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error}: ${stderr}`)
  return stdout
}
