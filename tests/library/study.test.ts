import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createStudy, NothingToTrain, openStudy, type StudyEvent } from '../../src/index.js'

async function study(trials = 2) {
  const studies = mkdtempSync(join(tmpdir(), 'tune-handle-'))
  return createStudy({
    name: 's',
    studies,
    external: true,
    parameters: { lr: '1e-5..1e-1' },
    sampler: 'random',
    trials,
  })
}

describe('a study', () => {
  it('is asked, told and looked at', async () => {
    const s = await study()
    expect(s.trials).toEqual([])
    expect(s.best).toBeUndefined()
    const trial = await s.ask()
    expect(s.trials).toMatchObject([{ state: 'running' }])
    expect(await s.tell(trial, { valLoss: 0.3 })).toMatchObject({ accepted: true })
    expect(s.best).toMatchObject({ number: 0, objective: 0.3 })
    const second = await s.ask()
    await s.report(second, { epoch: 1, valLoss: 0.2 })
    await s.tell(second, {})
    expect(s.best).toMatchObject({ number: 1 })
    await expect(s.ask()).rejects.toThrow(NothingToTrain)
    await expect(s.ask()).rejects.toThrow('all 2 trials have run')
    const again = await openStudy('s', { studies: join(s.dir, '..') })
    expect(again.trials).toEqual(s.trials)
    expect((await again.view()).best).toMatchObject({ valLoss: 0.2 })
  })

  it('runs while its events are iterated over; leaving the loop stops it', async () => {
    const s = await study()
    const events: StudyEvent['type'][] = []
    for await (const event of s.run()) {
      events.push(event.type)
      if (event.type === 'trial-finished') break
      if (events.length === 1) void s.ask().then(trial => s.tell(trial, { valLoss: 1 }))
    }
    expect(events.at(-1)).toBe('trial-finished')
    expect((await s.refresh()).document).toMatchObject({ state: 'stopped' })
  })

  it('runs to its end, and can be paused, stopped and awaited', async () => {
    const s = await study(1)
    const events: string[] = []
    const run = s.run({ onEvent: ({ type }) => events.push(type) })
    const trial = await s.ask()
    await s.tell(trial, { valLoss: 1 })
    expect(await run).toMatchObject({ state: 'complete' })
    expect(events).toContain('trial-started')
    expect(events.at(-1)).toBe('phase')
    expect(await s.stop()).toBe(false)
    expect(await s.pause()).toEqual({ changed: true })
  })

  it('rejects when it cannot run', async () => {
    await expect(openStudy('none', { studies: tmpdir() })).rejects.toThrow('does not exist')
  })
})
