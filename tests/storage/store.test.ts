import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import type { StudyDocument } from '../../src/record/document.js'
import type { TrialRecord } from '../../src/record/trial.js'
import { openStore, readStudy } from '../../src/storage/index.js'
import { documentPath, journalPath, metricsPath, trialsDir } from '../../src/storage/paths.js'
import { complete, metrics, newDocument, running, temporaryStudy, waiting } from './fixtures.js'

/**
 * The same promises hold for small documents, written whole, and for large ones, written through
 * the journal.
 */
const ways = [
  ['written whole', {}],
  ['through the journal', { wholeBelow: 0 }],
] as const

const add = (trial: TrialRecord) => (document: StudyDocument) => ({
  ...document,
  trials: [...document.trials, trial],
})
const set = (trial: TrialRecord) => (document: StudyDocument) => ({
  ...document,
  trials: document.trials.map(other => (other.number === trial.number ? trial : other)),
})

describe.each(ways)('a study %s', (_, options) => {
  it('is there again after it was closed, trial for trial', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument, options)
    await store.update(add(waiting(0)))
    await store.update(set(running(0)))
    await store.update(document => ({ ...document, seconds: 12.5, reason: 'one trial is running' }))
    const { document } = store
    await store.close()
    expect((await readStudy(dir)).document).toEqual(document)
    const again = await openStore(dir, undefined, options)
    expect(again.document).toEqual(document)
    await again.close()
  })

  it('can be read by others while it is being written', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument, options)
    let reading = true
    const seen: number[] = []
    const reader = (async () => {
      while (reading) seen.push((await readStudy(dir)).document.trials.length)
    })()
    for (let number = 0; number < 40; number++) await store.update(add(running(number)))
    reading = false
    await reader
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect((await readStudy(dir)).document).toEqual(store.document)
    await store.close()
  })

  it('carries changes out in the order of the calls', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument, options)
    await Promise.all(Array.from({ length: 20 }, (_, number) => store.update(add(waiting(number)))))
    expect(store.document.trials.map(({ number }) => number)).toEqual(
      Array.from({ length: 20 }, (_, number) => number),
    )
    await store.close()
  })

  it('keeps a finished trial byte for byte, whatever happens after it', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument, options)
    await store.update(add(running(0)))
    await store.appendEpoch(0, 1, metrics(1))
    await store.update(set(complete(0)))
    const bytes = JSON.stringify(complete(0))
    const curve = readFileSync(metricsPath(dir, 0))
    await expect(store.update(set(complete(0, 1)))).rejects.toThrow(
      'trial 0 is finished and never changes',
    )
    await store.appendEpoch(0, 1, metrics(2))
    for (let number = 1; number < 10; number++) await store.update(add(running(number)))
    await store.close()
    expect(readFileSync(documentPath(dir), 'utf8')).toContain(`\n    ${bytes},\n`)
    expect(readFileSync(metricsPath(dir, 0))).toEqual(curve)
  })

  it('refuses a change that it could not read again', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument, options)
    await expect(store.update(document => ({ ...document, seconds: NaN }))).rejects.toThrow(
      'seconds: is null, not of type number',
    )
    // JSON would write it as null, which this field may be
    const exported = { dir: 'x', trial: 0, epoch: 1, valLoss: 1, verified: true }
    await expect(
      store.update(document => ({ ...document, export: { ...exported, recheckedValLoss: NaN } })),
    ).rejects.toThrow("export.recheckedValLoss is NaN, which a study's record cannot hold")
    await expect(store.update(add(waiting(3)))).rejects.toThrow('trial 3 is in place 0')
    expect(store.document).toEqual(newDocument())
    await store.close()
    expect((await readStudy(dir)).document).toEqual(newDocument())
  })
})

it('a study cut off at any byte of its journal opens at the last change that was whole', async () => {
  const dir = temporaryStudy()
  const store = await openStore(dir, newDocument, { wholeBelow: 0 })
  const states = [store.document]
  for (let number = 0; number < 4; number++) {
    await store.update(add(running(number)))
    states.push(store.document)
  }
  const document = readFileSync(documentPath(dir))
  const journal = readFileSync(journalPath(dir))
  await store.close()
  const ends = [...journal.entries()].filter(([, byte]) => byte === 0x0a).map(([i]) => i + 1)
  expect(ends.length).toBeGreaterThan(1)
  const first = states.length - 1 - ends.length
  const cuts = fc.record({
    length: fc.nat(journal.length),
    garbage: fc.constantFrom('', '\0\0\0', '{"revision":99', '\0\0\n'),
  })
  await fc.assert(
    fc.asyncProperty(cuts, async ({ length, garbage }) => {
      const copy = temporaryStudy()
      mkdirSync(copy)
      writeFileSync(documentPath(copy), document)
      writeFileSync(journalPath(copy), journal)
      truncateSync(journalPath(copy), length)
      appendFileSync(journalPath(copy), garbage)
      const whole = ends.filter(end => end <= length).length
      expect((await readStudy(copy)).document).toEqual(states[first + whole])
      const again = await openStore(copy, undefined, { wholeBelow: 0 })
      await again.update(change => ({ ...change, seconds: 7 }))
      await again.close()
      expect((await readStudy(copy)).document).toEqual({ ...states[first + whole], seconds: 7 })
    }),
    { numRuns: 40 },
  )
})

it('a change costs no more on disk when there are many trials', async () => {
  const dir = temporaryStudy()
  const trials = Array.from({ length: 2000 }, (_, number) => complete(number))
  const store = await openStore(dir, () => ({ ...newDocument(), trials }))
  const { size } = await import('node:fs').then(fs => fs.statSync(documentPath(dir)))
  for (let number = 2000; number < 2020; number++) await store.update(add(running(number)))
  expect(readFileSync(journalPath(dir)).length).toBeLessThan(20 * 1024)
  expect(readFileSync(documentPath(dir)).length).toBe(size)
  await store.close()
  expect(existsSync(journalPath(dir))).toBe(false)
  expect((await readStudy(dir)).document.trials).toHaveLength(2020)
})

describe('curves', () => {
  it('count an epoch told twice once, as the newest attempt saw it', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    await store.update(add(running(0)))
    for (const epoch of [1, 2, 3]) await store.appendEpoch(0, 1, metrics(epoch))
    await store.update(set(running(0, 2)))
    await store.appendEpoch(0, 2, metrics(3, 0.25))
    await store.appendEpoch(0, 1, metrics(4, 9))
    const expected = [metrics(1), metrics(2), metrics(3, 0.25)]
    expect(store.epochs(0)).toEqual(expected)
    await store.close()
    expect((await readStudy(dir)).epochs.get(0)).toEqual(expected)
  })

  it('drop a line torn by a crash, and go on behind the last whole one', async () => {
    const dir = temporaryStudy()
    const first = await openStore(dir, newDocument)
    await first.update(add(running(0)))
    await first.appendEpoch(0, 1, metrics(1))
    await first.close()
    appendFileSync(metricsPath(dir, 0), '{"attempt":1,"epoch":2,"lo')
    expect((await readStudy(dir)).epochs.get(0)).toEqual([metrics(1)])
    const second = await openStore(dir)
    await second.appendEpoch(0, 1, metrics(2))
    await second.close()
    expect((await readStudy(dir)).epochs.get(0)).toEqual([metrics(1), metrics(2)])
    expect(readFileSync(metricsPath(dir, 0), 'utf8').trimEnd().split('\n')).toHaveLength(2)
  })

  it('keep a loss that is not a number', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    await store.update(add(running(0)))
    await store.appendEpoch(0, 1, { ...metrics(1), loss: Infinity, valLoss: NaN })
    await store.close()
    expect((await readStudy(dir)).epochs.get(0)).toEqual([
      { ...metrics(1), loss: Infinity, valLoss: NaN },
    ])
  })

  it('show a reader what was added since it last looked', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    await store.update(add(running(0)))
    for (let epoch = 1; epoch < 20; epoch++) {
      await store.appendEpoch(0, 1, metrics(epoch))
      expect((await readStudy(dir)).epochs.get(0)).toHaveLength(epoch)
    }
    await store.close()
  })
})

describe('damage is told with its place and a remedy, and nothing is reset', () => {
  async function study(): Promise<string> {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument, { wholeBelow: 0 })
    await store.update(add(running(0)))
    await store.appendEpoch(0, 1, metrics(1))
    await store.appendEpoch(0, 1, metrics(2))
    await store.close()
    return dir
  }

  it.each([
    [
      'half of a document',
      (text: string) => text.slice(0, text.length / 2),
      'study.json: is not JSON',
    ],
    ['an empty file', () => '', 'study.json: is not JSON'],
    ['something else', () => '[1, 2]', 'study.json'],
    [
      'a missing field',
      (text: string) => text.replace('"device":"cpu"', '"x":1'),
      'study.json trials[0].device: is missing, and should be of type string',
    ],
    [
      'an unknown state',
      (text: string) => text.replace('"state":"running","attempt"', '"state":"walking","attempt"'),
      'trials[0].state',
    ],
    [
      'a negative attempt',
      (text: string) => text.replace('"attempt":1', '"attempt":-1'),
      'trials[0].attempt: is -1, not valid',
    ],
    [
      'a number twice',
      (text: string) => text.replace('{"number":0', '{"number":7'),
      'trials[0].number: is 7, not 0',
    ],
    [
      'a later format',
      (text: string) => text.replace('"format": 2', '"format": 3'),
      'of a later version of tune. Update tune.',
    ],
  ])('%s', async (_, damage, message) => {
    const dir = await study()
    const damaged = damage(readFileSync(documentPath(dir), 'utf8'))
    writeFileSync(documentPath(dir), damaged)
    for (const open of [() => readStudy(dir), () => openStore(dir, newDocument)]) {
      await expect(open()).rejects.toThrow(message)
      await expect(open()).rejects.toThrow(UserError)
    }
    expect(readFileSync(documentPath(dir), 'utf8')).toBe(damaged)
  })

  it('a line in the middle of a curve', async () => {
    const dir = await study()
    writeFileSync(
      metricsPath(dir, 0),
      readFileSync(metricsPath(dir, 0), 'utf8').replace('{"attempt":1', '{"att'),
    )
    await expect(readStudy(dir)).rejects.toThrow(/metrics\.jsonl line 1: /)
    const store = await openStore(dir)
    expect(() => store.epochs(0)).toThrow(/metrics\.jsonl line 1: /)
    await store.close()
  })

  it('a document that is gone while its trials are there', async () => {
    const dir = await study()
    writeFileSync(documentPath(dir), '')
    await import('node:fs').then(fs => fs.rmSync(documentPath(dir)))
    await expect(openStore(dir, newDocument)).rejects.toThrow(
      `delete ${trialsDir(dir)} to start over`,
    )
  })

  it('a study that was never run, or is not there', async () => {
    const dir = temporaryStudy()
    await expect(readStudy(dir)).rejects.toThrow('study "llama": does not exist')
    mkdirSync(dir)
    writeFileSync(`${dir}/study.yaml`, 'name: llama\n')
    await expect(readStudy(dir)).rejects.toThrow('tune study run llama')
    await expect(openStore(dir)).rejects.toThrow('has not been run yet')
    expect(dirname(documentPath(dir))).toBe(dir)
  })
})
