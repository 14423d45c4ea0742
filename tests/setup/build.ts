import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')

/**
 * Worker threads and child processes cannot run TypeScript: what has changed since the last build
 * is compiled before the tests start. File by file and without checking types, which is the type
 * checker's job, so that it takes no time when nothing has changed; each file is renamed into
 * place, since another run may be reading it.
 */
export default function build(): void {
  const { config, error } = ts.readConfigFile(join(root, 'tsconfig.json'), path =>
    readFileSync(path, 'utf8'),
  ) as { config: { compilerOptions: object }; error?: unknown }
  if (error) throw new Error('tsconfig.json cannot be read')
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  for (const path of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue
    const source = join(root, 'src', path)
    const target = join(root, 'dist', path.replace(/\.ts$/, '.js'))
    if (modified(target) > modified(source)) continue
    const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
      fileName: source,
      // A file alone does not know its package's type.
      compilerOptions: {
        ...options,
        module: ts.ModuleKind.ESNext,
        noEmit: false,
        sourceMap: false,
        inlineSourceMap: true,
        inlineSources: true,
      },
    })
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(`${target}.${process.pid}`, outputText)
    renameSync(`${target}.${process.pid}`, target)
  }
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
