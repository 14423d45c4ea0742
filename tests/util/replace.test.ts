import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { replaceFile, replaceFileSync } from '../../src/util/replace-file.js'
import { moveFolder, replaceFolder, restoreReplaced } from '../../src/util/replace-folder.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tune-replace-'))
})

const write = (content: string) => (dir: string) =>
  Promise.resolve(writeFileSync(join(dir, 'a'), content))
const content = (dir: string): string => readFileSync(join(dir, 'a'), 'utf8')

describe('a folder', () => {
  it('is created, and then replaced as one', async () => {
    const dir = join(root, 'x')
    expect(await replaceFolder(dir, write('1'))).toBe(true)
    writeFileSync(join(dir, 'b'), 'only in the first')
    expect(await replaceFolder(dir, write('2'))).toBe(true)
    expect(readdirSync(dir)).toEqual(['a'])
    expect(content(dir)).toBe('2')
    expect(readdirSync(root)).toEqual(['x'])
  })

  it('stays if its replacement gives up or fails', async () => {
    const dir = join(root, 'x')
    await replaceFolder(dir, write('1'))
    expect(await replaceFolder(dir, () => Promise.resolve(false))).toBe(false)
    await expect(replaceFolder(dir, () => Promise.reject(new Error('full')))).rejects.toThrow(
      'full',
    )
    expect(content(dir)).toBe('1')
    expect(readdirSync(root)).toEqual(['x'])
  })

  it('is put back if its replacement cannot be renamed', async () => {
    const [dir, old] = [join(root, 'x'), join(root, 'x.old')]
    await replaceFolder(dir, write('1'))
    const fresh = join(root, 'x.new')
    await expect(
      replaceFolder(dir, async () => {
        const { rmSync } = await import('node:fs')
        rmSync(fresh, { recursive: true })
      }),
    ).rejects.toThrow('ENOENT')
    expect(content(dir)).toBe('1')
    expect(existsSync(old)).toBe(false)
  })

  it('is restored after a crash between the two renames', async () => {
    const dir = join(root, 'x')
    mkdirSync(`${dir}.old`)
    await write('1')(`${dir}.old`)
    await restoreReplaced(dir)
    expect(content(dir)).toBe('1')
    mkdirSync(`${dir}.old`)
    await restoreReplaced(dir)
    expect(readdirSync(root)).toEqual(['x'])
  })

  it('that another process completed first is kept', async () => {
    const to = join(root, 'x')
    await expect(moveFolder(join(root, 'missing'), to, () => false)).rejects.toThrow('ENOENT')
    await moveFolder(join(root, 'missing'), to, () => true)
    mkdirSync(join(root, 'from'))
    await write('1')(join(root, 'from'))
    await moveFolder(join(root, 'from'), to, () => false)
    expect(content(to)).toBe('1')
  })
})

describe('a file', () => {
  it('is replaced as one, and nothing is left beside it', async () => {
    const path = join(root, 'f')
    await replaceFile(path, 'one')
    await replaceFile(path, 'two')
    expect(readFileSync(path, 'utf8')).toBe('two')
    replaceFileSync(join(root, 'sub', 'f'), 'drei')
    expect(readFileSync(join(root, 'sub', 'f'), 'utf8')).toBe('drei')
    expect(readdirSync(root).sort()).toEqual(['f', 'sub'])
    expect(readdirSync(join(root, 'sub'))).toEqual(['f'])
  })

  it('keeps its content if the new one cannot be written', async () => {
    const path = join(root, 'f')
    await replaceFile(path, 'one')
    mkdirSync(`${path}.tmp`)
    await expect(replaceFile(path, 'two')).rejects.toThrow()
    expect(readFileSync(path, 'utf8')).toBe('one')
  })
})
