import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { migrateTrial } from '../../src/record/migrate.js'
import { openStore, readStudy } from '../../src/storage/index.js'
import { replayStudy } from '../../src/study/decision/replay.js'
import { readDefinition } from '../../src/study/specification.js'

const studies = join(import.meta.dirname, '../fixtures/studies-format-1')

/** Fields that format 2 does not have. */
const FORMER_FIELDS =
  /"(?:stopOverfit|worth|trialScore|validationFraction|why|left)":|"(?:start|from)":\[|"training":\d/

describe.each(['base', 'old-epoch-aware', 'old-command', 'old-own'])(
  'a study of format 1: %s',
  name => {
    it('is read under the new names', async () => {
      const { document, epochs } = await readStudy(join(studies, name))
      expect(document.format).toBe(2)
      expect(JSON.stringify(document)).not.toMatch(FORMER_FIELDS)
      expect(document.state).toBe('complete')
      expect(document.trials.every(({ number }) => epochs.get(number)!.length > 0)).toBe(true)
    })

    it('replays every decision as it was recorded', async () => {
      const { decisions, different } = await replayStudy({ name, studies })
      expect(decisions.length).toBeGreaterThan(0)
      expect(different).toBe(0)
    })

    it('has a study.yaml that means the same, with a note of the keys to rename', async () => {
      const notes: string[] = []
      const file = join(studies, name, 'study.yaml')
      const spec = readDefinition(file, name, note => notes.push(note))
      const { earlyStopping, minGainPerEpoch, initialPoints, warmStart, scoreEpoch, space } = spec
      const { document } = await readStudy(join(studies, name))
      expect(document.spec).toMatchObject(
        JSON.parse(
          JSON.stringify({
            earlyStopping,
            minGainPerEpoch,
            initialPoints,
            warmStart,
            scoreEpoch,
            space,
          }),
        ) as object,
      )
      expect(notes).toHaveLength(1)
      expect(notes[0]).toContain('stopOverfit to earlyStopping')
    })

    it('is written in format 2 at the next change, and read again as it was', async () => {
      const dir = join(mkdtempSync(join(tmpdir(), 'tune-format-')), name)
      cpSync(join(studies, name), dir, { recursive: true })
      const before = await readStudy(dir)
      const store = await openStore(dir, undefined, { wholeBelow: 0 })
      await store.update(document => ({ ...document, seconds: document.seconds + 1 }))
      await store.close()
      const text = readFileSync(join(dir, 'study.json'), 'utf8')
      expect(text).toContain('"format": 2')
      expect(text).not.toMatch(FORMER_FIELDS)
      expect(existsSync(join(dir, 'journal.jsonl'))).toBe(false)
      const after = await readStudy(dir)
      expect(after.document.trials).toEqual(before.document.trials)
      expect(after.document.seconds).toBe(before.document.seconds + 1)
    })
  },
)

it('has the last changes of its journal', async () => {
  const { document } = await readStudy(join(studies, 'old-own'))
  expect(document.trials).toHaveLength(12)
  expect(document.spec.repeats).toBe(2)
})

describe('a trial of format 1', () => {
  it('that was interrupted has crashed', () => {
    const failure = { kind: 'interrupted', message: 'power cut' }
    expect(migrateTrial({ state: 'failed', failure })).toEqual({
      state: 'failed',
      failure: { kind: 'crashed', message: 'power cut' },
    })
  })

  it('that was finished while it was paused has not been resumed', () => {
    const stages = [{ until: 3, step: 0, why: null, end: { epochs: 3, step: 1, left: 2 } }]
    expect(migrateTrial({ stop: { kind: 'left', reason: 'budget' }, stages })).toEqual({
      stop: { kind: 'not-resumed', reason: 'budget' },
      stages: [
        { until: 3, step: 0, rationale: null, end: { epochs: 3, step: 1, finishedStep: 2 } },
      ],
    })
  })

  it('that is no trial stays as it is: decoding says what is wrong', () => {
    expect(migrateTrial(null)).toBe(null)
    expect(migrateTrial({ stages: 'none', stop: 3 })).toEqual({ stages: 'none', stop: 3 })
  })
})
