import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import type { TestProject } from 'vitest/node'

const root = join(import.meta.dirname, '../..')

/** Builds before the first test, and in watch mode again before each rerun. */
export default function setup(project: TestProject): void {
  build()
  project.onTestsRerun(build)
}

/**
 * Worker threads and child processes cannot run TypeScript: this compiles what changed since the
 * last build. It compiles file by file and does not check types, so it takes no time if nothing
 * changed. It renames each file into place, since another run may be reading it.
 */
function build(): void {
  const { config, error } = ts.readConfigFile(join(root, 'tsconfig.json'), path =>
    readFileSync(path, 'utf8'),
  ) as { config: { compilerOptions: object }; error?: unknown }
  if (error) throw new Error('tsconfig.json cannot be read')
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const compilerOptions: ts.CompilerOptions = {
    ...options,
    // A single file does not show whether its package uses ES modules.
    module: ts.ModuleKind.ESNext,
    noEmit: false,
    sourceMap: false,
    inlineSourceMap: true,
    inlineSources: true,
  }
  for (const path of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue
    const source = join(root, 'src', path)
    const target = join(root, 'dist', path.replace(/\.ts$/, '.js'))
    if (modifiedAt(target) > modifiedAt(source)) continue
    const text = readFileSync(source, 'utf8')
    const { outputText } = ts.transpileModule(text, { fileName: source, compilerOptions })
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(`${target}.${process.pid}`, outputText)
    renameSync(`${target}.${process.pid}`, target)
  }
}

/** Milliseconds since 1970; 0 if the file does not exist. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
