// Takes a picture of a study's page:
//   node scripts/screenshot.mjs STUDY_FOLDER FILE [WIDTH=1280] [light|dark] [en|zh]
// Example: node scripts/screenshot.mjs studies/quickstart docs/leaderboard.png
// It needs dist/ (npm run build) and Debian's chromium (scripts/setup-browser.sh).
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
/** The folder that the picture shows instead of the folders of this machine. */
const SHOWN_FOLDER = '/home/ada/harbour'
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

const [study, file, width = '1280', colorScheme = 'light', language = 'en'] = process.argv.slice(2)
if (!study || !file || (colorScheme !== 'light' && colorScheme !== 'dark')) {
  process.stderr.write(
    'usage: node scripts/screenshot.mjs STUDY_FOLDER FILE [WIDTH] [light|dark] [en|zh]\n',
  )
  process.exit(2)
}

const { serve, studiesIn } = await import(new URL('../dist/server/index.js', import.meta.url).href)
const copy = copyStudy(resolve(study))
const server = await serve({ source: studiesIn(copy), port: 0 })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
try {
  const page = await browser.newPage({
    viewport: { width: Number(width), height: 900 },
    colorScheme,
  })
  await page.goto(`${server.link(`studies/${basename(resolve(study))}`)}&language=${language}`)
  await page.locator('#line[data-line="live"]').waitFor()
  // The first event draws the charts.
  await page.waitForTimeout(500)
  await page.screenshot({ path: file, fullPage: true })
} finally {
  await browser.close()
  await server.close()
  rmSync(copy, { recursive: true })
}

/** Copies a study, with the paths of this machine replaced, into a temporary folder of studies. */
function copyStudy(folder) {
  const studies = mkdtempSync(join(tmpdir(), 'tune-screenshot-'))
  const target = join(studies, basename(folder))
  cpSync(folder, target, {
    recursive: true,
    filter: path => !/\/(checkpoint|export)/.test(path.slice(folder.length)),
  })
  for (const name of ['study.json', 'study.yaml', 'journal.jsonl']) {
    const path = join(target, name)
    if (!existsSync(path)) continue
    const text = readFileSync(path, 'utf8')
      .replaceAll(dirname(folder), `${SHOWN_FOLDER}/studies`)
      .replaceAll(root, SHOWN_FOLDER)
    writeFileSync(path, text)
  }
  return studies
}
