import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { UserError } from '../../errors.js'

// --global=false: an npx or global npm that started this process passes its settings on.
const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--global=false']

/**
 * Installs packages into a folder's node_modules, without running their scripts.
 *
 * @param folder with or without a package.json of its own
 * @param packages as npm spells them; none: those that the folder's package.json names
 * @param onProgress called with npm's output
 * @throws UserError when npm is missing or fails
 */
export function npmInstall(
  folder: string,
  packages: readonly string[],
  onProgress: (message: string) => void,
): Promise<void> {
  const { command, first } = findNpm()
  return new Promise((resolve, reject) => {
    const child = spawn(
      command,
      [...first, 'install', ...options, '--prefix', folder, ...packages],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => onProgress(chunk.toString().trim()))
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.on('error', error =>
      reject(
        new UserError(
          'npm',
          `could not be started: ${error.message}`,
          'Install npm, which comes with Node.js',
        ),
      ),
    )
    child.on('close', code => {
      if (code === 0) resolve()
      else
        reject(
          new UserError(
            'npm install',
            `failed: ${errorSummary(errors)}`,
            "Check the network, a proxy, or npm's registry, and try again",
          ),
        )
    })
  })
}

/** npm is a script: run by this Node, it needs no shell on any platform. */
function findNpm(): { readonly command: string; readonly first: readonly string[] } {
  const beside = dirname(process.execPath)
  const folders = [beside, ...(process.env.PATH ?? '').split(delimiter)].filter(Boolean)
  const script = folders
    .flatMap(folder => [
      join(folder, 'node_modules/npm/bin/npm-cli.js'),
      join(folder, '../lib/node_modules/npm/bin/npm-cli.js'),
    ])
    .find(path => existsSync(path))
  if (script) return { command: process.execPath, first: [script] }
  const program = folders.map(folder => join(folder, 'npm')).find(path => existsSync(path))
  if (program) return { command: program, first: [] }
  throw new UserError(
    'npm',
    'was found neither beside Node.js nor on PATH',
    'Install npm, which comes with Node.js',
  )
}

function errorSummary(text: string): string {
  const lines = text
    .split('\n')
    .map(line => line.replace(/^npm (error|ERR!) ?/, '').trim())
    .filter(Boolean)
  return lines.slice(0, 3).join('; ') || 'no message'
}
