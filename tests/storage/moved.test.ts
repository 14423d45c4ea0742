import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readStudy } from '../../src/storage/index.js'
import { createStudyFiles, runStudy } from '../../src/study/index.js'
import { replayStudy } from '../../src/index.js'

/** A project with a training of its own, and a study that has run one trial. */
async function project(): Promise<string> {
  const root = join(mkdtempSync(join(tmpdir(), 'tune-moved-')), 'project')
  mkdirSync(root)
  writeFileSync(
    join(root, 'train.mjs'),
    `export async function train({ params, report }) { await report({ epoch: 1, valLoss: params.x }) }`,
  )
  await createStudyFiles({
    name: 's',
    studies: join(root, 'studies'),
    module: join(root, 'train.mjs'),
    parameters: { x: '0..1', epochs: 1 },
    sampler: 'random',
    trials: 1,
    slots: 1,
  })
  await runStudy({ name: 's', studies: join(root, 'studies') })
  return root
}

const recordedTask = async (dir: string) => (await readStudy(dir)).document.spec.task

describe('a study', () => {
  it('that was moved with its project continues, and its decisions come out again', async () => {
    const before = await project()
    const root = `${before}-2`
    renameSync(before, root)
    const studies = join(root, 'studies')
    const document = await runStudy({ name: 's', studies, trials: 2 })
    expect(document).toMatchObject({ state: 'complete' })
    expect(document.trials).toHaveLength(2)
    expect(document.spec.task).toMatchObject({ module: join(root, 'train.mjs') })
    expect(readFileSync(join(studies, 's/study.json'), 'utf8')).not.toContain(`${before}/`)
    expect((await replayStudy({ name: 's', studies })).different).toBe(0)
  })

  it('that was copied reads its own files, and the first one stays as it is', async () => {
    const first = await project()
    const root = `${first}-copy`
    cpSync(first, root, { recursive: true })
    const record = readFileSync(join(first, 'studies/s/study.json'), 'utf8')
    await runStudy({ name: 's', studies: join(root, 'studies'), trials: 3 })
    expect(await recordedTask(join(root, 'studies/s'))).toMatchObject({
      module: join(root, 'train.mjs'),
    })
    expect(readFileSync(join(first, 'studies/s/study.json'), 'utf8')).toBe(record)
    expect(await recordedTask(join(first, 'studies/s'))).toMatchObject({
      module: join(first, 'train.mjs'),
    })
  })

  it('whose folder was renamed has the new name', async () => {
    const root = await project()
    renameSync(join(root, 'studies/s'), join(root, 'studies/t'))
    const { document } = await readStudy(join(root, 'studies/t'))
    expect(document.spec).toMatchObject({ name: 't', task: { module: join(root, 'train.mjs') } })
    await runStudy({ name: 't', studies: join(root, 'studies'), trials: 2 })
  })

  it('that left its data behind goes on with them where they are', async () => {
    const root = await project()
    const elsewhere = mkdtempSync(join(tmpdir(), 'tune-moved-elsewhere-'))
    cpSync(join(root, 'studies'), join(elsewhere, 'deep/er/studies'), { recursive: true })
    const dir = join(elsewhere, 'deep/er/studies/s')
    expect(existsSync(join(elsewhere, 'deep/er/train.mjs'))).toBe(false)
    expect(await recordedTask(dir)).toMatchObject({ module: join(root, 'train.mjs') })
  })
})
