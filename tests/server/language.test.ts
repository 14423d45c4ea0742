import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/server/app.js'
import { studyFixture } from '../fixtures/study/study.js'
import { AUTHORIZATION, TOKEN } from './wire.js'

const facts = studyFixture({ state: 'complete' })
const app = createApp(
  {
    list: () => Promise.resolve([]),
    read: () => Promise.resolve(facts),
    watch: () => () => undefined,
  },
  { token: TOKEN, host: '127.0.0.1', port: () => 80 },
  error => {
    throw error
  },
)

async function page(path: string, accept?: string): Promise<string> {
  const response = await app.request(`http://localhost${path}`, {
    headers: {
      host: 'localhost',
      ...AUTHORIZATION,
      ...(accept === undefined ? {} : { 'accept-language': accept }),
    },
  })
  return response.text()
}

describe('the language of the page', () => {
  it('is Chinese if the query selects it, for the events too', async () => {
    const html = await page('/studies/s?language=zh')
    expect(html).toMatch(/结果可信度.*试验 \d+ 排名第一/s)
    expect(html).toMatch(/<span\s+class="badge verdict-overfit"[^>]*>过拟合</)
    expect(html).toContain('/events?language=zh')
  })

  it('is one language: no heading, button or label of a Chinese page is English', async () => {
    const html = await page('/studies/s?language=zh')
    const texts = [
      ...html.matchAll(/<(h2|dt|th|button|figcaption|caption|label)\b[^>]*>([^<]+)</g),
    ].map(([, , text]) => text!.trim())
    expect(texts.length).toBeGreaterThan(40)
    const english = texts.filter(text => /[a-z]{3}/.test(text) && !/\p{Script=Han}/u.test(text))
    expect(english).toEqual([])
    expect(html).toContain('<html lang="zh">')
    expect(html).toContain('&quot;trialAxis&quot;:&quot;试验&quot;')
  })

  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', '结果可信度'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'Reliability'],
    ['de,zh;q=0.3,en;q=0.2', '结果可信度'],
    ['zh;q=0,fr', 'Reliability'],
    ['', 'Reliability'],
  ])('is the one that the browser prefers: %s', async (accept, words) => {
    expect(await page('/studies/s', accept)).toContain(words)
  })

  it('is that of the query before that of the browser', async () => {
    expect(await page('/studies/s?language=en', 'zh-CN')).toContain('Reliability')
  })
})
