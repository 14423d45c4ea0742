import { basename, dirname, join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { checkpointDir, attemptCheckpoints, studyDir } from '../../src/storage/paths.js'
import { temporaryStudy } from './fixtures.js'
import { mkdirSync } from 'node:fs'

describe('study names', () => {
  it.each(['a', 'vicuna', 'Llama-3.2_1B', '7b', 'a'.repeat(64), 'console'])('%s is one', name => {
    expect(studyDir('/studies', name)).toBe(resolve('/studies', name))
  })

  it.each([
    '',
    '.',
    '..',
    '../x',
    '/tmp/x',
    'a/b',
    'a\\b',
    ' a',
    'a b',
    '-a',
    '.a',
    '_a',
    'é',
    'a\n',
    'a'.repeat(65),
    'CON',
    'nul.txt',
    'com1',
    'a.',
  ])('%j is none', name => {
    expect(() => studyDir('/studies', name)).toThrow(UserError)
    expect(() => studyDir('/studies', name)).toThrow(/^study name ".*": .+\. Use up to 64 letters/)
  })

  it('never lead out of the studies folder', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[./\\A-Za-z~]{1,8}$/)), name => {
        try {
          const dir = studyDir('/studies', name)
          expect([dirname(dir), basename(dir)]).toEqual([resolve('/studies'), name])
        } catch (error) {
          expect(error).toBeInstanceOf(UserError)
        }
      }),
    )
  })
})

it('checkpoints are listed in order of attempt, whatever else lies there', () => {
  const dir = temporaryStudy()
  for (const attempt of [10, 2, 1]) mkdirSync(checkpointDir(dir, 3, attempt), { recursive: true })
  mkdirSync(join(dir, 'trials', '3', 'checkpoint', 'attempt-x'))
  expect(attemptCheckpoints(dir, 3)).toEqual(
    [1, 2, 10].map(attempt => checkpointDir(dir, 3, attempt)),
  )
  expect(attemptCheckpoints(dir, 4)).toEqual([])
})
