import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDefinition, studySpec } from '../../src/study/specification.js'
import { writeDefinition } from '../../src/study/definition/write.js'

const base = { model: 'm', data: 'd.jsonl' }

describe('a study.yaml', () => {
  it('without a word of a test split, as earlier versions wrote it, has none', () => {
    expect(studySpec('s', base, '/').task).not.toHaveProperty('test')
  })

  it.each([
    ['a share', 0.1, 0.1],
    ['none', 0, 0],
    ['what the data allow', 'auto', 'auto'],
    ['a file', 'test.jsonl', { data: '/home/test.jsonl' }],
    ['several', ['a.jsonl', 'b.jsonl'], { data: ['/home/a.jsonl', '/home/b.jsonl'] }],
  ])('asks for %s, and is written as it was read', (_, test, read) => {
    const dir = mkdtempSync(join(tmpdir(), 'tune-test-split-'))
    const spec = studySpec(
      's',
      { ...base, test, finalists: 5, retrain: 2, scoreEpoch: 'last' },
      '/home',
    )
    expect(spec).toMatchObject({
      task: { test: read },
      finalists: 5,
      retrain: 2,
      scoreEpoch: 'last',
    })
    const file = join(dir, 'study.yaml')
    writeFileSync(file, writeDefinition(spec, file))
    expect(readDefinition(file, 's')).toEqual(spec)
    expect(readFileSync(file, 'utf8')).toMatch(
      /scoreEpoch: last # the epoch that a trial counts by: its best or its last/,
    )
  })

  it('is refused where nothing is left to train on', () => {
    expect(() => studySpec('s', { ...base, validation: 0.5, test: 0.5 }, '/')).toThrow(
      /test: 0.5 and a validation share of 0.5 leave nothing to train on/,
    )
    expect(() => studySpec('s', { ...base, test: 1.5 }, '/')).toThrow(/test: 1.5 does not fit/)
    expect(() => studySpec('s', { ...base, scoreEpoch: 'first' }, '/')).toThrow(
      /scoreEpoch: "first" does not fit. Use best, last/,
    )
  })
})
