import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modules } from './modules.js'

const root = join(import.meta.dirname, '../..')
const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
const pages = [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.md'))
    .map(path => join('docs', path)),
]

describe('ARCHITECTURE.md', () => {
  it('repeats the table of imports', () => {
    const table = architecture.split('| may import')[1]!
    const documented = rows(table).map(([name, imports]) => [name, codes(imports!)])
    const expected = Object.entries(modules).filter(
      ([name]) => !['index', 'testing'].includes(name),
    )
    expect(documented.map(([name, imports]) => [codes(name as string)[0], imports])).toEqual(
      expected,
    )
  })

  it('names entry functions that exist', () => {
    const missing = architecture
      .split('| entry function')
      .slice(1)
      .flatMap(table => rows(table))
      .flatMap(([module, functions]) =>
        codes(functions!)
          .filter(code => /^\w+$/.test(code))
          .filter(name => !exportsName(join(root, 'src', codes(module!)[0]!), name))
          .map(name => `${codes(module!)[0]}: ${name}`),
      )
    expect(missing).toEqual([])
  })

  it('names files that exist', () => {
    const files = [...architecture.matchAll(/`([\w-]+(?:\/[\w-]+)*\/[\w-]+\.ts)`/g)].map(m => m[1]!)
    expect(files.length).toBeGreaterThan(10)
    const missing = files.filter(
      file => ![root, join(root, 'src')].some(folder => existsSync(join(folder, file))),
    )
    expect(missing).toEqual([])
  })
})

it('links of all pages lead somewhere', () => {
  const broken = pages.flatMap(page => {
    const text = readFileSync(join(root, page), 'utf8')
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
      match => (match[1] ?? match[2])!,
    )
    return targets
      .filter(target => !/^[a-z]+:/.test(target) && !leadsSomewhere(page, target))
      .map(target => `${page}: ${target}`)
  })
  expect(broken).toEqual([])
})

/** Cells of each row of the first Markdown table in a text that begins inside its head. */
function rows(text: string): string[][] {
  const lines = text.split('\n').slice(2)
  const end = lines.findIndex(line => !line.startsWith('|'))
  return lines.slice(0, end).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(match => match[1]!)
}

function exportsName(folder: string, name: string): boolean {
  const declares = new RegExp(`export (async )?(function|class|const) ${name}\\b`)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .some(path => declares.test(readFileSync(join(folder, path), 'utf8')))
}

function leadsSomewhere(page: string, target: string): boolean {
  const [path, anchor] = target.split('#') as [string, string?]
  const file = path === '' ? join(root, page) : join(root, dirname(page), path)
  if (!existsSync(file)) return false
  if (anchor === undefined || !file.endsWith('.md')) return true
  const heads = readFileSync(file, 'utf8').match(/^#+ .*$/gm) ?? []
  return heads.some(head => slug(head) === anchor) || relative(root, file).startsWith('..')
}

/** A heading's anchor, as GitHub makes it. */
function slug(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-')
}
