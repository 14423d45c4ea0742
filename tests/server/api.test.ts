import { describe, expect, it } from 'vitest'
import { leaderboardCsv, studyView } from '../../src/report/index.js'
import { studyFixture } from '../fixtures/study/study.js'
import { ask, serving } from './wire.js'

describe('the API', () => {
  it('lists studies', async () => {
    const { url, source } = await serving()
    source.put('defined', 'new')
    const studies = JSON.parse((await ask(`${url}api/studies`)).text) as Record<string, unknown>[]
    expect(studies.map(({ name, status }) => [name, status])).toEqual([
      ['support-assistant', 'ready'],
      ['finished', 'ready'],
      ['fresh', 'ready'],
      ['defined', 'new'],
    ])
    expect(studies[0]).toMatchObject({
      state: 'running',
      live: true,
      progress: { finished: 12, total: 14 },
      best: { number: 9 },
    })
  })

  it('gives a study as `tune study show --json` does', async () => {
    const { url } = await serving()
    const { headers, text } = await ask(`${url}api/studies/finished`)
    expect(headers['content-type']).toContain('application/json')
    expect(JSON.parse(text)).toEqual(
      studyView(studyFixture({ name: 'finished', state: 'complete' })),
    )
  })

  it('gives the leaderboard as a file', async () => {
    const { url } = await serving()
    const csv = await ask(`${url}api/studies/finished/leaderboard.csv`)
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="finished-leaderboard.csv"',
    })
    expect(csv.text).toBe(
      leaderboardCsv(studyView(studyFixture({ name: 'finished', state: 'complete' }))),
    )
    expect(
      JSON.parse((await ask(`${url}api/studies/finished/leaderboard.json`)).text),
    ).toHaveLength(14)
  })

  it('says in JSON what is not there', async () => {
    const { url, source } = await serving()
    source.put('defined', 'new')
    for (const [path, problem] of [
      ['nope', 'there is no study nope'],
      ['nope/events', 'there is no study nope'],
      ['defined', 'study defined has not run yet'],
      ['a/b/c', 'there is nothing at this address'],
    ] as const) {
      const { status, text } = await ask(`${url}api/studies/${path}`)
      expect([status, JSON.parse(text)]).toEqual([404, { problem }])
    }
  })
})

describe('assets', () => {
  it('are our own files and chart.js, each with its type', async () => {
    const { url } = await serving()
    const page = (await ask(`${url}studies/finished`)).text
    const addresses = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(
      ([, address]) => address!,
    )
    expect(addresses).toContain('assets/chart.umd.min.js')
    for (const address of addresses) {
      const { status, headers } = await ask(url + address)
      expect(status).toBe(200)
      expect(headers['content-type']).toMatch(
        address.endsWith('.css')
          ? /^text\/css/
          : address.endsWith('.svg')
            ? /^image\/svg/
            : /^text\/javascript/,
      )
    }
  })

  it('are asked for again only to be told that they are the same', async () => {
    const { url } = await serving()
    const { headers } = await ask(`${url}assets/main.js`)
    expect((await ask(`${url}assets/main.js`, { 'if-none-match': headers.etag! })).status).toBe(304)
  })

  it.each(['assets/..%2Fserve.ts', 'assets/tsconfig.json', 'assets/%2e%2e%2fapp.ts', 'assets/'])(
    'are nothing else: %s',
    async path => {
      const { url } = await serving()
      expect((await ask(url + path)).status).toBe(404)
    },
  )
})
