import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readYaml } from '../../src/study/definition/yaml.js'

const folder = mkdtempSync(join(tmpdir(), 'tune-definition-file-'))
const file = join(folder, 'study.yaml')

function reading(text: string | Uint8Array) {
  rmSync(file, { recursive: true, force: true })
  writeFileSync(file, text)
  return () => readYaml(file).value
}

/** Nine aliases in each of nine lists: 3.5 thousand million words, unfolded. */
const BOMB = Array.from({ length: 10 }, (_, i) => {
  const item = i === 0 ? 'lol' : `*a${i - 1}`
  return `k${i}: &a${i} [${Array(9).fill(item).join(', ')}]\n`
}).join('')

describe('a study.yaml that is no such file', () => {
  it('may be a folder, a pipe or a device, and is refused at once', () => {
    rmSync(file, { recursive: true, force: true })
    mkdirSync(file)
    expect(() => readYaml(file)).toThrow(/study\.yaml: is a folder/)
    rmSync(file, { recursive: true })
    execFileSync('mkfifo', [file])
    expect(() => readYaml(file)).toThrow(/is a pipe, socket or device/)
    rmSync(file)
    symlinkSync('/dev/zero', file)
    expect(() => readYaml(file)).toThrow(/is a pipe, socket or device/)
    rmSync(file)
  })

  it.each([
    ['k: '.padEnd(2 ** 20 + 1, 'x'), /has 1048577 bytes, and a study\.yaml has at most 1048576/],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:ab\n', /is a Git LFS pointer/],
    ['<!DOCTYPE html><html></html>', /is a web page/],
    [Buffer.from('a: 1\nb: \xc4\xe3\n', 'latin1'), /line 2: is not UTF-8\. Save it as UTF-8/],
    [Buffer.from([0xff, 0xfe, 0x61, 0x00, 0x00, 0xd8]), /is not UTF-16LE/],
  ])('%.40s', (text, error) => expect(reading(text)).toThrow(error))

  it('is read in every encoding that YAML allows, with and without a mark', () => {
    const text = 'model: 模型\n'
    const little = Buffer.from(text, 'utf16le')
    const big = Buffer.from(little).swap16()
    for (const bytes of [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      Buffer.concat([Buffer.from([0xfe, 0xff]), big]),
      little,
      big,
    ])
      expect(reading(bytes)()).toEqual({ model: '模型' })
  })
})

describe('YAML that has no plain value', () => {
  it.each([
    ['data: *.json', 'line 1, column 7: *.json names an anchor', 'data: "*.json"'],
    ['a: 1\ndata: **/*.csv\n', 'line 2, column 7: **/*.csv names an anchor', 'data: "**/*.csv"'],
    ['data:\n  - *.json', 'line 2, column 5: *.json names an anchor', '- "*.json"'],
    ['data: [a, *.json]', 'line 1, column 11: *.json names an anchor', 'data: ["*.json"]'],
    ['data: [a-z]*.json', 'line 1', 'data: "[a-z]*.json"'],
    ['data: {train,test}.jsonl', 'line 1', 'data: "{train,test}.jsonl"'],
    ['data: @files', 'line 1, column 7', 'data: "@files"'],
    ['data: %TEMP%/a.csv', 'line 1, column 7', 'data: "%TEMP%/a.csv"'],
    ['data: !new.jsonl', 'line 1, column 7: Unresolved tag', 'data: "!new.jsonl"'],
    ['a: &x [*x]', '*x stands inside what it names', 'Write the value out'],
    ['a: &x { b: { c: *x } }', '*x stands inside what it names', 'Write the value out'],
    ['? [a, b]\n: c', 'line 1, column 3: a key is not a word', 'before the colon'],
    ['a: 1\n---\nb: 2', 'line 2, column 1: a second document', 'without the line ---'],
    [BOMB, 'repeats its anchors more than 100 times', 'Write the values out'],
    ['['.repeat(100_000), 'has more than 32 lists and groups', 'as keys and values'],
    [`a: ${'['.repeat(40)}${']'.repeat(40)}`, 'more than 32 lists', 'as keys and values'],
  ])('%.50s', (text, problem, remedy) => {
    expect(reading(text)).toThrow(problem)
    expect(reading(text)).toThrow(remedy)
  })

  it('may use anchors and merge keys, as YAML means them', () => {
    expect(reading('a: &base { x: 1 }\nb: { <<: *base, y: 2 }\nc: *base')()).toEqual({
      a: { x: 1 },
      b: { x: 1, y: 2 },
      c: { x: 1 },
    })
  })
})
