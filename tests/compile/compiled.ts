import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')

/**
 * The room as JavaScript on disk, for worker threads: Node 20 cannot load TypeScript there. It lies
 * inside node_modules, so that packages are found from it.
 */
export function compileRoom(): { readonly folder: string; remove(): void } {
  const parent = join(root, 'node_modules/.cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'tune-compile-'))
  const sources = readdirSync(join(root, 'src/compile'), {
    recursive: true,
    encoding: 'utf8',
  }).filter(path => path.endsWith('.ts'))
  for (const path of [
    ...sources.map(source => join('src/compile', source)),
    'src/errors.ts',
    'src/compiled.ts',
    'src/util/element-count.ts',
    'src/util/mutex.ts',
    'src/util/optional.ts',
    'tests/compile/programs.ts',
  ]) {
    const target = join(folder, path.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    const { outputText } = ts.transpileModule(readFileSync(join(root, path), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    })
    writeFileSync(target, outputText)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
