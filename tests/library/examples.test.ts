import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import ts from 'typescript'
import * as tune from '../../src/index.js'

/** Folders whose docstrings have examples that stand by themselves. */
const folders = ['study/optimize']
const src = join(import.meta.dirname, '../../src')

const examples = folders.flatMap(folder =>
  readdirSync(join(src, folder))
    .filter(name => name.endsWith('.ts'))
    .flatMap(name => {
      const text = readFileSync(join(src, folder, name), 'utf8')
      return [...text.matchAll(/@example\n((?: *\*(?: .*)?\n)*?) *\*(?:\/| @|\n)/g)].map(
        ([, block], i) => ({
          title: `${folder}/${name} ${i + 1}`,
          code: block!.replace(/^ *\* ?/gm, ''),
        }),
      )
    }),
)

describe('an example in a docstring runs', () => {
  const scope: Record<string, unknown> = { ...tune }

  it('and there are some', () => {
    expect(examples.length).toBeGreaterThan(3)
  })

  it.each(examples)('$title', async ({ code }) => {
    const { outputText } = ts.transpileModule(`export {}\n${code}`, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    })
    const body = outputText.replace(/export \{\};?/, '')
    const names = Object.keys(scope).filter(name => new RegExp(`\\b${name}\\b`).test(code))
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is our own source
    const run = new Function(...names, 'console', `return (async () => {\n${body}\n})()`) as (
      ...values: unknown[]
    ) => Promise<void>
    await run(...names.map(name => scope[name]), { log: () => undefined })
  })
})
