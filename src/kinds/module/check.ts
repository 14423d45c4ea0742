import { existsSync, statSync } from 'node:fs'
import { extname } from 'node:path'
import { UserError } from '../../errors.js'

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
