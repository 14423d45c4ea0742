import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const source = join(import.meta.dirname, '../../src')
/** Where trial kinds may be named: their own folder, and the table of what settings they have. */
const ALLOWED = /^(kinds|settings|record\/study)/
/** A comparison of a task's kind, or the name of a kind as a text. */
const NAMED = /task\.kind\b|\bkind [!=]== '(finetune|module|command|external)'|'(finetune|command)'/

it('a trial kind is named in its own folder alone: all others ask the kind', () => {
  const places = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !ALLOWED.test(path))
    .flatMap(path =>
      readFileSync(join(source, path), 'utf8')
        .split('\n')
        .flatMap((line, i) => (NAMED.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    )
  expect(places).toEqual([])
})
