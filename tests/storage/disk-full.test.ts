import { readFileSync, readdirSync } from 'node:fs'
import type * as NodeFs from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { UserError } from '../../src/errors.js'
import { deleteStudy, openStore, readStudy } from '../../src/storage/index.js'
import { documentPath, metricsPath } from '../../src/storage/paths.js'
import { metrics, newDocument, running, temporaryStudy } from './fixtures.js'

/**
 * A disk with this many bytes left. Like a real one it takes the part of a write that fits, and
 * refuses the next.
 */
const disk = vi.hoisted(() => ({ left: Infinity, readOnly: false }))

vi.mock('node:fs/promises', async original => {
  const fs = await original<typeof NodeFs>()
  const failure = (code: string) => Object.assign(new Error(code), { code })
  const write = async (file: FileHandle, bytes: Buffer, at: number | null) => {
    const fits = Math.min(bytes.length, disk.left)
    if (fits === 0) throw failure('ENOSPC')
    disk.left -= fits
    const prototype = Object.getPrototypeOf(file) as {
      write(
        this: FileHandle,
        bytes: Buffer,
        from: number,
        length: number,
        at: number | null,
      ): ReturnType<FileHandle['write']>
    }
    return prototype.write.call(file, bytes, 0, fits, at)
  }
  const open = async (path: string, flags: string) => {
    if (disk.readOnly && flags !== 'r') throw failure('EROFS')
    const file = await fs.open(path, flags)
    return Object.assign(file, {
      write: (buffer: Buffer, from: number, length: number, at: number) =>
        write(file, buffer.subarray(from, from + length), at),
      writeFile: async (text: string) => {
        for (let rest = Buffer.from(text); rest.length > 0;)
          rest = rest.subarray((await write(file, rest, null)).bytesWritten)
      },
    })
  }
  const writeFile = async (path: string, text: string) => {
    if (disk.readOnly) throw failure('EROFS')
    if (disk.left === 0) throw failure('ENOSPC')
    return fs.writeFile(path, text)
  }
  return { ...fs, open, writeFile }
})

afterEach(() => Object.assign(disk, { left: Infinity, readOnly: false }))

const sized = (bytes: number) => ({ ...newDocument(), reason: 'x'.repeat(bytes) })

describe.each([
  ['written whole', {}],
  ['through the journal', { wholeBelow: 0 }],
])('on a disk that fills up, a study %s', (_, options) => {
  it('is what it was, says so, and goes on when there is space again', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument, options)
    await store.update(document => ({ ...document, trials: [running(0)] }))
    await store.appendEpoch(0, 1, metrics(1))
    const before = store.document
    for (const left of [0, 1, 30]) {
      disk.left = left
      const full =
        /cannot be written: the disk is full\. Free some space and run the same command again/
      const change = store.update(document => ({ ...document, reason: 'x'.repeat(1000) }))
      await expect(change).rejects.toThrow(full)
      await expect(change).rejects.toThrow(UserError)
      disk.left = left
      await expect(store.appendEpoch(0, 1, metrics(2))).rejects.toThrow(full)
      expect(store.document).toBe(before)
      expect(await readStudy(dir)).toMatchObject({
        document: before,
        epochs: new Map([[0, [metrics(1)]]]),
      })
    }
    disk.left = Infinity
    await store.update(document => ({ ...document, reason: 'space again' }))
    await store.appendEpoch(0, 1, metrics(2))
    await store.close()
    expect(await readStudy(dir)).toMatchObject({
      document: { ...before, reason: 'space again' },
      epochs: new Map([[0, [metrics(1), metrics(2)]]]),
    })
    expect(readFileSync(metricsPath(dir, 0), 'utf8').trimEnd().split('\n')).toHaveLength(2)
    expect(readdirSync(dir).sort()).toEqual(['study.json', 'trials'])
  })
})

it('a study is not begun on a full disk, and leaves nothing behind', async () => {
  const dir = temporaryStudy()
  disk.left = 100
  await expect(openStore(dir, () => sized(5000))).rejects.toThrow('the disk is full')
  expect(readdirSync(dir)).toEqual([])
})

it('a study can be deleted to free a full disk', async () => {
  const dir = temporaryStudy()
  await (await openStore(dir, newDocument)).close()
  disk.left = 0
  expect(await deleteStudy(dir)).toEqual([])
})

it('a study in a folder that cannot be written is refused, and can be read', async () => {
  const dir = temporaryStudy()
  await (await openStore(dir, newDocument)).close()
  disk.readOnly = true
  await expect(openStore(dir)).rejects.toThrow(
    /cannot be written: the disk is read-only\. Work in a folder/,
  )
  expect((await readStudy(dir)).document).toEqual(newDocument())
  expect(readdirSync(dir)).toEqual(['study.json'])
  expect(documentPath(dir)).toContain('study.json')
})
