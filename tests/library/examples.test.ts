import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import ts from 'typescript'
import * as testing from '../../src/testing.js'
import * as tune from '../../src/index.js'

const root = join(import.meta.dirname, '../..')
const source = join(root, 'src')
const home = process.cwd()

interface Example {
  /** What the docstring belongs to. */
  readonly name: string
  readonly code: string
}

const examples = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .flatMap(path => examplesIn(readFileSync(join(source, path), 'utf8')))
  .filter(({ name }) => Object.hasOwn(tune, name))

describe('a public export', () => {
  it.each(Object.keys(tune))('%s has an example', name => {
    expect(examples.map(example => example.name)).toContain(name)
  })

  it.each(Object.keys(testing))('%s of tune/testing has an example', name => {
    expect(readFileSync(join(source, 'testing.ts'), 'utf8')).toContain(`${name}(`)
  })
})

describe('the example of', () => {
  // Examples name a model ./m, a data set d.jsonl, and a study that its callers train.
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tune-examples-'))
    symlinkSync(join(root, 'models/pebble'), join(folder, 'm'))
    cpSync(join(root, 'studies/quickstart/data.jsonl'), join(folder, 'd.jsonl'))
    process.chdir(folder)
    await tune.createStudy({ name: 'answers', external: true, parameters: { lr: '1e-5..1e-1' } })
    const study = await tune.openStudy('answers')
    await study.tell(await study.ask(), { valLoss: 0.4 })
  })
  afterAll(() => process.chdir(home))

  it.each(examples)('$name runs', async ({ code }) => {
    const { outputText } = ts.transpileModule(`export {}\n${code}`, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    })
    const body = outputText.replace(/export \{\};?/, '')
    const scope: Record<string, unknown> = { ...tune, console: { log: () => undefined } }
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is our own source
    const run = new Function(...Object.keys(scope), `return (async () => {\n${body}\n})()`) as (
      ...values: unknown[]
    ) => Promise<void>
    await run(...Object.values(scope))
  })
})

/** Each `@example` of a docstring that stands before an exported function, class or constant. */
function examplesIn(text: string): readonly Example[] {
  const documented =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async )?(?:function|class|const) (\w+)/g
  return [...text.matchAll(documented)].flatMap(([, comment, name]) => {
    const blocks = comment!.split('@example').slice(1)
    return blocks.map(block => ({
      name: name!,
      code: block
        .split(/\n *\* @/)[0]!
        .replace(/^ *\* ?/gm, '')
        .trim(),
    }))
  })
}
