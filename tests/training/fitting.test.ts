import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
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

  it('is not judged by a process that was killed while it tried', async () => {
    const file = join(root, 'killed.json')
    await killedWhileTrying(file, 16)
    expect(readFileSync(file, 'utf8')).toContain('"rows": 16')
    const next = fitting(file)
    expect(next.rows(128)).toBe(Infinity)
    expect(readFileSync(file, 'utf8')).not.toContain('trying')
    next.trying(128, 16)
    next.fits(128, 16)
    expect(readFileSync(file, 'utf8').trim()).toBe('{}')
  })

  it('is half of what two processes in a row ended of, and a later one tries more again', async () => {
    const file = join(root, 'twice.json')
    await killedWhileTrying(file, 16)
    await killedWhileTrying(file, 16)
    // In the same process it stays
    expect(await inProcess(file, 'one.rows(128); rows = one.rows(128)')).toBe(8)
    expect(await inProcess(file, 'rows = one.rows(128); one.trying(128, rows)')).toBe(16)
    // That one has ended too while it tried: 8 it is, for good
    expect(fitting(file).rows(128)).toBe(8)
    expect(await inProcess(file, 'rows = one.rows(128)')).toBe(8)
    expect(fitting(file).rows(128)).toBe(8)
  })

  it('grows again if the larger number fits', async () => {
    const file = join(root, 'grows.json')
    await killedWhileTrying(file, 16)
    await killedWhileTrying(file, 16)
    expect(await inProcess(file, 'rows = one.rows(128)')).toBe(8)
    const again = 'rows = one.rows(128); one.trying(128, 16); one.fits(128, 16)'
    expect(await inProcess(file, again)).toBe(16)
    expect(await inProcess(file, again)).toBe(32)
    expect(readFileSync(file, 'utf8').trim()).toBe('{}')
  })

  it('is half at once of what a process ended of while the kernel freed memory', () => {
    const file = join(root, 'kernel.json')
    // No process has this number, and every count of the kernel is above -1
    const trying = { rows: 16, process: 2 ** 30, oomKills: -1 }
    writeFileSync(file, JSON.stringify({ 'model on cpu 128': { trying } }))
    expect(fitting(file).rows(128)).toBe(existsSync('/proc/vmstat') ? 8 : Infinity)
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

/** Runs a script in another process; `rows` is what it prints. */
async function inProcess(file: string, script: string, end = ''): Promise<number> {
  const module = join(import.meta.dirname, '../../dist/training/fitting.js')
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { rememberedFitting } = await import(${JSON.stringify(module)})
      const memory = { file: ${JSON.stringify(file)}, outOfMemory: () => true }
      const one = rememberedFitting(memory, 'model on cpu')
      let rows = 0
      ${script}
      console.log(rows)
      ${end}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const [line] = (await once(child.stdout!, 'data')) as [Buffer]
  if (end !== '') child.kill('SIGKILL')
  await ended
  return Number(String(line))
}

/** A process that is ended by `kill -9` in its first step. */
async function killedWhileTrying(file: string, rows: number): Promise<void> {
  await inProcess(file, `one.rows(128); one.trying(128, ${rows})`, 'setInterval(() => {}, 1000)')
}

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
