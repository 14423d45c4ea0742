import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rememberedFitting } from '../../src/training/fitting.js'
import { splitRows } from '../../src/training/micro-batch.js'
import { tinyBatch } from '../decoder/tiny-llama.js'
import { temporaryFolder } from './fixtures.js'

const root = temporaryFolder()
let files = 0
const fitting = (
  file = join(root, `${files++}.json`),
  key = 'model on cpu',
): ReturnType<typeof rememberedFitting> => rememberedFitting({ file, outOfMemory: () => true }, key)

describe('what fits', () => {
  it('is remembered for one model, device and length, by the next run too', () => {
    const file = join(root, 'remembered.json')
    fitting(file).fails(128, 16)
    expect(fitting(file).rows(128)).toBe(8)
    expect(fitting(file).rows(64)).toBe(Infinity)
    expect(fitting(file, 'another on cpu').rows(128)).toBe(Infinity)
  })

  it('is half of what a process died of', () => {
    const file = join(root, 'died.json')
    // No process has this number
    writeFileSync(
      file,
      JSON.stringify({ 'model on cpu 128': { trying: { rows: 16, process: 2 ** 30 } } }),
    )
    expect(fitting(file).rows(128)).toBe(8)
    expect(fitting(file).rows(128)).toBe(8)
  })

  it('is not judged by what another process is just trying', () => {
    const file = join(root, 'trying.json')
    fitting(file).trying(128, 16)
    expect(fitting(file).rows(128)).toBe(Infinity)
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual([
      'model on cpu 128',
    ])
  })

  it('leaves no trace where everything fits', () => {
    const file = join(root, 'fits.json')
    const one = fitting(file)
    one.trying(128, 16)
    one.fits(128, 16)
    expect(readFileSync(file, 'utf8').trim()).toBe('{}')
  })

  it('is searched again where its file cannot be read or written', () => {
    const file = join(root, 'none', 'such')
    writeFileSync(join(root, 'none'), 'a file where a folder should be')
    const one = fitting(file)
    one.fails(128, 16)
    expect(one.rows(128)).toBe(8)
    expect(existsSync(file)).toBe(false)
  })
})

describe('a batch in parts', () => {
  it('holds each row once, and rows that count for nothing behind the last', () => {
    const batch = tinyBatch(0)
    const parts = splitRows(batch, 2)
    expect(parts.map(({ rows }) => rows)).toEqual([2, 2])
    const width = batch.length + 1
    expect([...parts[0]!.tokens, ...parts[1]!.tokens.subarray(0, width)]).toEqual([...batch.tokens])
    expect(parts[1]!.lossMask.subarray(batch.length).every(weight => weight === 0)).toBe(true)
  })
})
