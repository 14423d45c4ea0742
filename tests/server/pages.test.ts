import type { FinetuneTask } from '../../src/record/study.js'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { fakeSource } from '../fixtures/study/source.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'
import { ask, serving } from './wire.js'

describe('pages', () => {
  it('list the studies, the one never run and the damaged one too', async () => {
    const source = fakeSource(studyFixture(), emptyStudyFixture())
    source.put('defined', 'new')
    const list = source.list.bind(source)
    const damaged = {
      name: 'torn',
      dir: '/studies/torn',
      live: false,
      status: 'damaged' as const,
      error: new Error('studies/torn/study.json: ends in the middle'),
    }
    const { url } = await serving({
      ...source,
      list: async () => [...(await list()), damaged],
      watchers: 0,
    })
    const { status, text } = await ask(url)
    expect(status).toBe(200)
    for (const part of [
      'href="/studies/support-assistant"',
      '12 of 14 trials finished',
      'href="/studies/defined"',
      'Not run yet',
      'ends in the middle',
    ])
      expect(text).toContain(part)
  })

  it('say what to do where there is no study yet', async () => {
    const { url } = await serving(fakeSource())
    expect((await ask(url)).text).toContain('tune study create')
  })

  it('show a study: result, leaderboard row by row, answers, export, facts', async () => {
    const { url } = await serving()
    const { status, text } = await ask(`${url}studies/finished`)
    expect(status).toBe(200)
    expect(text.match(/<tbody class="trial /g)).toHaveLength(14)
    for (const part of [
      'Trial 9 is the best, at epoch 20',
      'I am the support assistant of Harbour Bikes.',
      'Verified: reloaded from disk',
      '1.2 M parameters',
      'Terms',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('show a study without trials, and one never run', async () => {
    const { url, source } = await serving()
    source.put('defined', 'new')
    expect((await ask(`${url}studies/fresh`)).text).toContain('No trial has started yet.')
    const { status, text } = await ask(`${url}studies/defined`)
    expect(status).toBe(200)
    expect(text).toContain('tune study run defined')
  })

  it('answer an unknown study with a page that leads back', async () => {
    const { url } = await serving()
    for (const path of ['studies/nope', 'studies/..%2F..%2Fetc', 'somewhere/else']) {
      const { status, headers, text } = await ask(url + path)
      expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=UTF-8'])
      expect(text).toContain('href="/"')
    }
  })

  it('tell a user’s error as it is, and of a fault of ours nothing but that it happened', async () => {
    const source = fakeSource(studyFixture())
    const errors = [
      new UserError('study.json', 'is damaged', 'Delete it'),
      new Error('secret stack'),
    ]
    const { url, bugs } = await serving({
      ...source,
      watchers: 0,
      read: () => Promise.reject(errors.shift()!),
    })
    expect(await ask(`${url}studies/a`)).toMatchObject({
      status: 500,
      text: expect.stringContaining('study.json: is damaged. Delete it.') as string,
    })
    expect(bugs).toEqual([])
    const { status, text } = await ask(`${url}studies/a`)
    expect(status).toBe(500)
    expect(text).not.toContain('secret')
    expect(bugs.map(({ message }) => message)).toEqual(['secret stack'])
  })
})

describe('whatever a study holds', () => {
  const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)>`

  it('is shown as text, in pages and in events', async () => {
    const { document, ...rest } = studyFixture({ state: 'complete' })
    const trials = document.trials.map(trial => ({
      ...trial,
      params: { ...trial.params, [hostile]: hostile },
      rationale: { method: 'x', text: hostile, expected: null },
      ...(trial.state === 'complete' ? { verdict: { ...trial.verdict, reason: hostile } } : {}),
      ...(trial.state === 'failed'
        ? { failure: { kind: 'crashed' as const, message: hostile } }
        : {}),
    }))
    const source = fakeSource({
      ...rest,
      document: {
        ...document,
        trials,
        reason: hostile,
        spec: {
          ...document.spec,
          name: hostile,
          sampler: { name: hostile, options: {} },
          task: { ...document.spec.task, model: hostile, data: hostile } as FinetuneTask,
        },
        preparation: {
          ...document.preparation!,
          engine: hostile,
          data: {
            ...document.preparation!.data,
            format: hostile,
            dropped: [{ line: 1, reason: hostile }],
            remarks: {
              unused: [hostile],
              notes: [{ reason: hostile, count: 1, first: { file: hostile, line: 1 } }],
              modelNotes: [hostile],
              ambiguous: { count: 1, first: { line: 2 } },
            },
          },
        },
        probes: [{ prompt: hostile, before: hostile, after: hostile }],
        export: { ...document.export!, dir: hostile },
      },
    })
    const { url } = await serving(source)
    const name = encodeURIComponent(hostile)
    const page = await ask(`${url}studies/${name}`)
    expect(page.status).toBe(200)
    expect(page.text).toContain('1 question has different answers (first: line 2)')
    const pages = [
      page,
      await ask(url),
      await ask(`${url}studies/${encodeURIComponent('<script>alert(2)</script>')}`),
    ]
    for (const { text } of pages) {
      expect(text).not.toMatch(/<script>|<img src=x|onerror=alert\(1\)>/)
      expect(text.match(/<script\b[^>]*>/g)!.every(tag => tag.includes(' src="/assets/'))).toBe(
        true,
      )
    }
    expect(page.text.split('&lt;img src=x onerror=alert(1)&gt;').length).toBeGreaterThan(40)
  })
})
