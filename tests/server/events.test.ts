import { describe, expect, it } from 'vitest'
import type { TrialView } from '../../src/report/index.js'
import { fakeSource } from '../fixtures/study/source.js'
import { nextEpoch, studyFixture } from '../fixtures/study/study.js'
import { AUTHORIZATION, listen, serving } from './wire.js'

describe('the events of a study', () => {
  it('begin with the whole state', async () => {
    const { url } = await serving()
    const stream = await listen(`${url}api/studies/support-assistant/events`)
    const first = (await stream.next())!
    expect(first.event).toBe('state')
    expect(Object.keys(first.data.set)).toEqual([
      'study',
      ...Array.from({ length: 14 }, (_, number) => `trials/${number}`),
    ])
    expect(first.data.set['study']).toMatchObject({
      name: 'support-assistant',
      best: { number: 9 },
    })
    stream.hangUp()
  })

  it('then carry only what changed', async () => {
    const { url, source } = await serving()
    const stream = await listen(`${url}api/studies/support-assistant/events`)
    await stream.next()
    source.put('support-assistant', nextEpoch(studyFixture(), 13, 1.75))
    const { event, data } = (await stream.next())!
    expect(event).toBe('change')
    expect(Object.keys(data.set).sort()).toEqual(['study', 'trials/13'])
    expect((data.set['trials/13'] as TrialView).epochs.at(-1)).toMatchObject({
      epoch: 4,
      valLoss: 1.75,
    })
    stream.hangUp()
  })

  it('draw changes in quick succession together, and miss none', async () => {
    const { url, source } = await serving()
    const stream = await listen(`${url}api/studies/support-assistant/events`)
    await stream.next()
    let facts = studyFixture()
    for (let i = 0; i < 20; i++)
      source.put('support-assistant', (facts = nextEpoch(facts, 13, 1.75 - i / 100)))
    let seen = 0
    let received = 0
    while (seen < 23) {
      const { data } = (await stream.next())!
      seen = (data.set['trials/13'] as TrialView).epochs.length
      received++
    }
    expect(received).toBeLessThan(5)
    stream.hangUp()
  })

  it('miss nothing that happened before the watch had its first look', async () => {
    const source = fakeSource(studyFixture())
    const { url } = await serving({ ...source, watchers: 0, watch: () => () => undefined })
    const stream = await listen(`${url}api/studies/support-assistant/events`)
    await stream.next()
    source.put('support-assistant', nextEpoch(studyFixture(), 13, 1.75))
    expect(Object.keys((await stream.next())!.data.set)).toContain('trials/13')
    stream.hangUp()
  })

  it('send a sign of life when there is nothing to tell', async () => {
    const { url } = await serving()
    const response = await fetch(`${url}api/studies/finished/events`, { headers: AUTHORIZATION })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.endsWith('\n\n: still here\n\n')) {
      const { done, value } = await reader.read()
      expect(done).toBe(false)
      text += value
    }
    await reader.cancel()
  })

  it('say nothing when a write changed nothing', async () => {
    const { url, source } = await serving()
    const stream = await listen(`${url}api/studies/support-assistant/events`)
    await stream.next()
    source.put('support-assistant', studyFixture())
    await new Promise(resolve => setTimeout(resolve, 400))
    source.put('support-assistant', nextEpoch(studyFixture(), 12, 1.1))
    expect(Object.keys((await stream.next())!.data.set)).toContain('trials/12')
    stream.hangUp()
  })

  it('go on after a lost line: nothing twice for one who knows the state, all of it for one who does not', async () => {
    const { url, source } = await serving()
    const address = `${url}api/studies/support-assistant/events`
    const stream = await listen(address)
    const { id } = (await stream.next())!
    stream.hangUp()

    const again = await listen(address, { 'last-event-id': id! })
    expect(await again.next()).toMatchObject({ event: 'change', id, data: { set: {}, gone: [] } })
    source.put('support-assistant', nextEpoch(studyFixture(), 13, 1.75))
    expect(Object.keys((await again.next())!.data.set).sort()).toEqual(['study', 'trials/13'])
    again.hangUp()

    const late = await listen(address, { 'last-event-id': id! })
    const { event, data } = (await late.next())!
    expect(event).toBe('state')
    expect(data.set['trials/13']).toMatchObject({ valLoss: 1.75 })
    late.hangUp()
  })

  it('end when the study is deleted', async () => {
    const { url, source } = await serving()
    const stream = await listen(`${url}api/studies/finished/events`)
    await stream.next()
    source.put('finished', null)
    expect(await stream.next()).toMatchObject({ event: 'gone' })
    expect(await stream.next()).toBeNull()
  })

  it('leave no watch behind when the reader goes', async () => {
    const { url, source } = await serving()
    const stream = await listen(`${url}api/studies/finished/events`)
    await stream.next()
    expect(source.watchers).toBe(1)
    stream.hangUp()
    await expect.poll(() => source.watchers).toBe(0)
  })
})

describe('the events of a page', () => {
  it('carry the row and the curve of the trial that changed, and no other trial’s', async () => {
    const { url, source } = await serving()
    const stream = await listen(`${url}studies/support-assistant/events`)
    await stream.next()
    source.put('support-assistant', nextEpoch(studyFixture(), 13, 1.75))
    const { set } = (await stream.next())!.data
    expect(
      Object.keys(set)
        .filter(key => /^(row|curve):/.test(key))
        .sort(),
    ).toEqual(['curve:13', 'row:13'])
    expect(set['row:13']).toContain('1.7500')
    stream.hangUp()
  })

  it('tell a page of a study never run that it now is one', async () => {
    const { url, source } = await serving()
    source.put('defined', 'new')
    const stream = await listen(`${url}studies/defined/events`)
    expect((await stream.next())!.data.set).toEqual({ page: 'new-study' })
    source.put('defined', studyFixture({ name: 'defined' }))
    expect((await stream.next())!.data.set['page']).toBe('study')
    stream.hangUp()
  })

  it('bring a new study into the list', async () => {
    const { url, source } = await serving()
    const stream = await listen(`${url}events`)
    await stream.next()
    source.put('newcomer', studyFixture({ name: 'newcomer' }))
    expect((await stream.next())!.data.set['html:studies']).toContain('newcomer')
    stream.hangUp()
  })
})
