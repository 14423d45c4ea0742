import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Serving } from '../../src/server/index.js'
import { fakeSource, type FakeSource } from '../fixtures/study/source.js'
import { emptyStudyFixture, nextEpoch, studyFixture } from '../fixtures/study/study.js'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const shots = mkdtempSync(join(tmpdir(), 'tune-pages-'))

let browser: Browser
let server: Serving
let source: FakeSource
/** What the console said, and what the page asked of anyone but its server. */
let complaints: string[] = []

beforeAll(async () => {
  source = fakeSource(
    studyFixture(),
    studyFixture({ name: 'finished', state: 'complete' }),
    emptyStudyFixture(),
  )
  server = await serve({ source, port: 0 })
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
})

afterAll(async () => {
  await browser.close()
  await server.close()
})

afterEach(async () => {
  await Promise.all(browser.contexts().map(context => context.close()))
  expect(complaints).toEqual([])
})

async function open(
  path: string,
  { width = 1280, colorScheme = 'light' }: { width?: number; colorScheme?: 'light' | 'dark' } = {},
): Promise<Page> {
  complaints = []
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
  const page = await context.newPage()
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      complaints.push(`asked ${request.url()}`)
  })
  await page.goto(server.link(path))
  await page.waitForURL(server.url + path)
  await page.locator('#line[data-line="live"]').waitFor()
  return page
}

const trialsIn = (page: Page): Promise<number[]> =>
  page
    .locator('#leaderboard tbody')
    .evaluateAll(bodies => bodies.map(body => Number(body.getAttribute('data-number'))))
const cell = (page: Page, number: number, key: string) =>
  page.locator(`#leaderboard tbody[data-number="${number}"] tr.row [data-key="${key}"]`)

/** True when something has been drawn on a canvas. */
const drawn = (page: Page, id: string): Promise<boolean> =>
  page.locator(`#${id}`).evaluate(element => {
    const canvas = element as HTMLCanvasElement
    return (
      canvas.width > 0 &&
      canvas
        .getContext('2d')!
        .getImageData(0, 0, canvas.width, canvas.height)
        .data.some(value => value !== 0)
    )
  })

describe('the leaderboard', () => {
  it('is sorted by a click on a heading, and the other way by another', async () => {
    const page = await open('studies/support-assistant')
    const before = await trialsIn(page)
    const heading = page.locator('th[data-key="param:learningRate"]')
    await heading.getByRole('button').click()
    expect(await heading.getAttribute('aria-sort')).toBe('ascending')
    expect((await trialsIn(page)).slice(0, 2)).toEqual([7, 0])
    await heading.getByRole('button').click()
    expect(await heading.getAttribute('aria-sort')).toBe('descending')
    expect((await trialsIn(page)).slice(0, 2)).toEqual([2, 8])
    expect(page.url()).toContain('sort=param%3AlearningRate.desc')
    await page.reload()
    await page.locator('#line[data-line="live"]').waitFor()
    expect((await trialsIn(page)).slice(0, 2)).toEqual([2, 8])
    await page.locator('th[data-key="rank"]').getByRole('button').click()
    expect(await trialsIn(page)).toEqual(before)
  })

  it('draws the curve of a row that is clicked, and lets it go again', async () => {
    const page = await open('studies/support-assistant')
    const pick = page.getByRole('button', { name: 'Trial 3', exact: true })
    expect(await pick.getAttribute('aria-pressed')).toBe('false')
    await cell(page, 3, 'valLoss').click()
    expect(await pick.getAttribute('aria-pressed')).toBe('true')
    await expect
      .poll(() => page.locator('#curves-words').textContent())
      .toContain('Trial 3: 11 epochs')
    expect(await page.locator('#curves-series').textContent()).toContain('Trial 3')
    await pick.press('Enter')
    expect(await pick.getAttribute('aria-pressed')).toBe('false')
    await expect.poll(() => page.locator('#curves-words').textContent()).not.toContain('Trial 3:')
    await page.getByRole('button', { name: 'Show the best three' }).click()
    expect(page.url()).not.toContain('trials=')
  })

  it('says in a row’s details why it ended and why it was tried', async () => {
    const page = await open('studies/support-assistant')
    const more = page.getByRole('button', { name: 'More about trial 8' })
    await more.focus()
    await page.keyboard.press('Enter')
    expect(await more.getAttribute('aria-expanded')).toBe('true')
    const detail = page.locator('#detail-8')
    expect(await detail.isVisible()).toBe(true)
    expect(await detail.textContent()).toContain('Ran out of memory on cpu')
  })

  it('takes in what happens without a reload, and keeps sort, choice, details, focus and scroll', async () => {
    const page = await open('studies/support-assistant')
    await page.evaluate(() => Object.assign(globalThis, { marker: 'same page' }))
    await page.locator('th[data-key="seconds"]').getByRole('button').click()
    await cell(page, 13, 'valLoss').click()
    await page.getByRole('button', { name: 'More about trial 4' }).click()
    await page.getByRole('button', { name: 'Trial 13', exact: true }).focus()
    const order = await trialsIn(page)
    const scroll = await page.evaluate(() => scrollY)
    expect(scroll).toBeGreaterThan(0)

    source.put('support-assistant', nextEpoch(studyFixture(), 13, 1.5432))
    await expect.poll(() => cell(page, 13, 'valLoss').textContent()).toBe('1.5432')
    expect(await cell(page, 13, 'bestEpoch').textContent()).toBe('4 / 4')
    expect(await page.evaluate(() => (globalThis as { marker?: string }).marker)).toBe('same page')
    expect((await trialsIn(page)).filter(number => number !== 13)).toEqual(
      order.filter(number => number !== 13),
    )
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Trial 13')
    expect(await page.evaluate(() => scrollY)).toBe(scroll)
    expect(await page.locator('#detail-4').isVisible()).toBe(true)
    source.put('support-assistant', studyFixture())
  })

  it('shows a trial that begins, and the end of the study with its answers', async () => {
    const { document, ...rest } = studyFixture()
    source.put('growing', {
      ...rest,
      document: {
        ...document,
        spec: { ...document.spec, name: 'growing' },
        trials: document.trials.slice(0, 13),
      },
    })
    const page = await open('studies/growing')
    expect(await page.locator('#leaderboard tbody').count()).toBe(13)
    source.put('growing', studyFixture({ name: 'growing' }))
    await expect.poll(() => cell(page, 13, 'state').innerText()).toBe('running')
    source.put('growing', studyFixture({ name: 'growing', state: 'complete' }))
    await expect.poll(() => cell(page, 13, 'state').innerText()).toBe('complete')
    expect(await page.locator('#answers').textContent()).toContain('I am the support assistant')
    expect(await page.locator('.hero .badge').textContent()).toBe('complete')
  })

  it('fills a study that had no trial', async () => {
    const page = await open('studies/fresh')
    expect(await page.getByText('No trial has started yet.').isVisible()).toBe(true)
    expect(await page.locator('#leaderboard').isVisible()).toBe(false)
    source.put('fresh', studyFixture({ name: 'fresh' }))
    await expect.poll(() => page.locator('#leaderboard tbody').count()).toBe(14)
    expect(await page.getByText('No trial has started yet.').count()).toBe(0)
    await expect.poll(() => drawn(page, 'best')).toBe(true)
    source.put('fresh', emptyStudyFixture())
  })
})

describe('the page', () => {
  it('draws its three charts, each told in words too', async () => {
    const page = await open('studies/finished')
    for (const id of ['curves', 'best', 'scatter'])
      await expect.poll(() => drawn(page, id), { message: id }).toBe(true)
    expect(await page.locator('#best-words').textContent()).toMatch(/^Over \d+ complete trials/)
    await page.locator('#scatter-axis').selectOption('batchSize')
    await expect.poll(() => page.locator('#scatter-words').textContent()).toContain('batch size')
    expect(page.url()).toContain('axis=batchSize')
  })

  it('finds its server again after a break', async () => {
    const first = await serve({ source, port: 0 })
    const page = await open('studies/finished')
    await page.goto(first.link('studies/support-assistant'))
    await page.locator('#line[data-line="live"]').waitFor()
    await first.close()
    await page.locator('#line[data-line="lost"]').waitFor()
    source.put('support-assistant', nextEpoch(studyFixture(), 12, 1.1234))
    const second = await serve({ source, port: first.port, token: first.token })
    await page.locator('#line[data-line="live"]').waitFor()
    await expect.poll(() => cell(page, 12, 'valLoss').textContent()).toBe('1.1234')
    await page.close()
    await second.close()
    source.put('support-assistant', studyFixture())
    // The break itself is what the browser complains of.
    complaints = complaints.filter(
      text =>
        !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/.test(
          text,
        ) && !text.includes(first.url),
    )
  })

  it.each([
    ['wide-light', 1280, 'light', 'studies/finished'],
    ['wide-dark', 1280, 'dark', 'studies/support-assistant'],
    ['narrow-light', 400, 'light', 'studies/support-assistant'],
    ['narrow-dark', 400, 'dark', 'studies/finished'],
    ['list', 400, 'light', ''],
  ] as const)('fits its window: %s', async (name, width, colorScheme, path) => {
    const page = await open(path, { width, colorScheme })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      width,
    )
    const file = join(shots, `${name}.png`)
    await page.screenshot({ path: file, fullPage: true })
    expect(statSync(file).size).toBeGreaterThan(10_000)
  })

  it('leads from the list to a study, by keyboard alone', async () => {
    const page = await open('')
    await page.getByRole('link', { name: 'support-assistant' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('#leaderboard').waitFor()
    expect(page.url()).toContain('/studies/support-assistant')
  })

  it('runs nothing that a study’s text says', async () => {
    const hostile = '<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script>'
    const { document, ...rest } = studyFixture({ state: 'complete' })
    const trials = document.trials.map(trial =>
      trial.state === 'complete'
        ? { ...trial, verdict: { ...trial.verdict, reason: hostile } }
        : trial,
    )
    const facts = {
      ...rest,
      document: {
        ...document,
        spec: { ...document.spec, name: hostile },
        trials,
        probes: [{ prompt: hostile, before: hostile, after: hostile }],
      },
    }
    source.put(hostile, facts)
    const page = await open(`studies/${encodeURIComponent(hostile)}`)
    source.put(hostile, { ...facts, document: { ...facts.document, state: 'stopped' } })
    await expect.poll(() => page.locator('.hero .badge').textContent()).toBe('stopped')
    expect(await page.evaluate(() => (globalThis as { ran?: number }).ran)).toBeUndefined()
    expect(await page.locator('main img').count()).toBe(0)
    source.put(hostile, null)
  })
})
