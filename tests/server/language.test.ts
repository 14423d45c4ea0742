import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/server/app.js'
import { studyFixture } from '../fixtures/study/study.js'

const facts = studyFixture({ state: 'complete' })
const app = createApp(
  {
    list: () => Promise.resolve([]),
    read: () => Promise.resolve(facts),
    watch: () => () => undefined,
  },
  error => {
    throw error
  },
)

async function page(path: string, accept?: string): Promise<string> {
  const response = await app.request(`http://localhost${path}`, {
    headers: { host: 'localhost', ...(accept === undefined ? {} : { 'accept-language': accept }) },
  })
  return response.text()
}

describe('verdicts and trust on the page', () => {
  it('are in Chinese where the address asks for it, and the events go on in it', async () => {
    const html = await page('/studies/s?language=zh')
    expect(html).toMatch(/可信程度.*试验 \d+ 排名第一/s)
    expect(html).toMatch(/<span\s+class="badge verdict-overfit"[^>]*>过拟合</)
    expect(html).toContain('/events?language=zh')
  })

  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', '可信程度'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'How far to trust it'],
    ['de,zh;q=0.3,en;q=0.2', '可信程度'],
    ['zh;q=0,fr', 'How far to trust it'],
    ['', 'How far to trust it'],
  ])('follow what the browser prefers: %s', async (accept, words) => {
    expect(await page('/studies/s', accept)).toContain(words)
  })

  it('follow the address before the browser', async () => {
    expect(await page('/studies/s?language=en', 'zh-CN')).toContain('How far to trust it')
  })
})
