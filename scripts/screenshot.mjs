// Takes a picture of a page: node scripts/screenshot.mjs URL FILE [WIDTH=1280] [light|dark]
import { chromium } from 'playwright-core'

const [url, file, width = '1280', colorScheme = 'light'] = process.argv.slice(2)
if (!url || !file || (colorScheme !== 'light' && colorScheme !== 'dark')) {
  process.stderr.write('usage: node scripts/screenshot.mjs URL FILE [WIDTH] [light|dark]\n')
  process.exit(2)
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })
try {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: 900 },
    colorScheme,
  })
  await page.goto(url)
  await page.locator('#line[data-line="live"]').waitFor()
  // The charts are drawn from the first event.
  await page.waitForTimeout(500)
  await page.screenshot({ path: file, fullPage: true })
} finally {
  await browser.close()
}
