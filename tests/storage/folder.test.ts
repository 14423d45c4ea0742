import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { deleteStudy, listStudies, openStore, watchStudy } from '../../src/storage/index.js'
import { complete, metrics, newDocument, running, temporaryStudy } from './fixtures.js'

async function made(dir: string): Promise<string> {
  const store = await openStore(dir, newDocument)
  writeFileSync(join(dir, 'study.yaml'), 'name: x\n')
  await store.update(document => ({ ...document, trials: [complete(0), running(1)] }))
  await store.appendEpoch(1, 1, metrics(1))
  await store.close()
  return dir
}

describe('the list of studies', () => {
  it('has the run, the new and the damaged, and nothing else', async () => {
    const run = await made(temporaryStudy('b-run'))
    const root = dirname(run)
    for (const name of ['a-new', 'c-damaged', 'd d', 'e-none', '.deleted-x'])
      mkdirSync(join(root, name))
    for (const name of ['a-new', 'd d', '.deleted-x'])
      writeFileSync(join(root, name, 'study.yaml'), '')
    writeFileSync(join(root, 'c-damaged', 'study.json'), '{"format": 1,')
    writeFileSync(join(root, 'notes.txt'), '')
    const held = await openStore(run)
    const list = await listStudies(root)
    expect(list.map(({ name, status, live }) => [name, status, live])).toEqual([
      ['a-new', 'new', false],
      ['b-run', 'ready', true],
      ['c-damaged', 'damaged', false],
      ['d d', 'damaged', false],
    ])
    expect(list[1]).toMatchObject({ dir: run, document: held.document })
    expect(list[2]).toMatchObject({
      error: expect.objectContaining({ subject: join(root, 'c-damaged', 'study.json') }) as unknown,
    })
    await held.close()
  })

  it('is empty where there is no studies folder', async () => {
    expect(await listStudies(temporaryStudy())).toEqual([])
  })
})

describe('deleting a study', () => {
  it('removes its folder', async () => {
    const dir = await made(temporaryStudy())
    expect(await deleteStudy(dir)).toEqual([])
    expect(readdirSync(dirname(dir))).toEqual([])
  })

  it('leaves what is not its own', async () => {
    const dir = await made(temporaryStudy())
    writeFileSync(join(dir, 'data.jsonl'), '{}')
    for (const log of ['host.log', 'host-cuda-0.log']) writeFileSync(join(dir, log), '')
    mkdirSync(join(dir, 'export'))
    expect(await deleteStudy(dir)).toEqual(['data.jsonl'])
    expect(readdirSync(dir)).toEqual(['data.jsonl'])
    expect(await listStudies(dirname(dir))).toEqual([])
  })

  it('is refused while it is run, and where there is none', async () => {
    const dir = await made(temporaryStudy())
    const store = await openStore(dir)
    await expect(deleteStudy(dir)).rejects.toThrow('is being run by')
    await store.close()
    expect(existsSync(join(dir, 'study.json'))).toBe(true)
    await expect(deleteStudy(`${dir}x`)).rejects.toThrow(UserError)
    await expect(deleteStudy(`${dir}x`)).rejects.toThrow('does not exist')
  })

  it('works on one that is damaged', async () => {
    const dir = await made(temporaryStudy())
    writeFileSync(join(dir, 'study.json'), '')
    await deleteStudy(dir)
    expect(existsSync(dir)).toBe(false)
  })
})

describe('watching a study', () => {
  const soon = () => new Promise(resolve => setTimeout(resolve, 150))

  it('tells of each change, whoever makes it, and of nothing else', async () => {
    const dir = await made(temporaryStudy())
    let calls = 0
    const close = watchStudy(dir, () => calls++, { everyMs: 10 })
    const told = async (change: () => Promise<unknown>) => {
      await soon()
      const before = calls
      await change()
      await soon()
      return calls - before
    }
    expect(await told(soon)).toBe(0)
    const store = await openStore(dir)
    expect(
      await told(() => store.update(document => ({ ...document, seconds: 1 }))),
    ).toBeGreaterThan(0)
    expect(await told(() => store.appendEpoch(1, 1, metrics(2)))).toBeGreaterThan(0)
    expect(await told(() => store.close())).toBeGreaterThan(0)
    close()
    const again = await openStore(dir)
    expect(await told(() => again.update(document => ({ ...document, seconds: 2 })))).toBe(0)
    await again.close()
  })

  it('may begin before the study does', async () => {
    const dir = temporaryStudy()
    let calls = 0
    const close = watchStudy(dir, () => calls++, { everyMs: 10 })
    await soon()
    await made(dir)
    await soon()
    expect(calls).toBeGreaterThan(0)
    close()
  })
})
