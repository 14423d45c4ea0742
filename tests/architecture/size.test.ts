import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const MAX_LINES = 300
const MAX_COLUMNS = 100

const source = join(import.meta.dirname, '../../src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(path => /\.(ts|js|css)$/.test(path))
  .map(path => ({ path, lines: readFileSync(join(source, path), 'utf8').split('\n') }))

it(`no file of src has more than ${MAX_LINES} lines`, () => {
  const long = files.filter(({ lines }) => lines.length - 1 > MAX_LINES)
  expect(long.map(({ path, lines }) => `${path}: ${lines.length - 1}`)).toEqual([])
})

it(`no line of src has more than ${MAX_COLUMNS} columns`, () => {
  const long = files.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => (line.length > MAX_COLUMNS ? [`${path}:${i + 1}`] : [])),
  )
  expect(long).toEqual([])
})
