import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'
import { UserError } from '../errors.js'
import {
  leaderboardCsv,
  leaderboardRecords,
  studySummary,
  studyView,
  type StudyFacts,
} from '../report/index.js'
import { loadAssets } from './assets.js'
import { followParts } from './events.js'
import { Streams } from './shared-parts.js'
import { guard, type Access } from './guard.js'
import { requestLanguage } from './language.js'
import { pageWords } from './words/index.js'
import { notFoundPage, problemPage } from './page/problem.js'
import { studiesPage } from './page/studies.js'
import { newStudyPage, studyPage } from './page/study.js'
import { studiesParts, studyPageParts, viewParts } from './page/parts.js'
import type { StudySource } from './source.js'

/**
 * Milliseconds between two readings of the list of studies: no watch reports a new study.
 */
const LIST_MS = 2_000

/**
 * Pages, their JSON, and their events. It only reads: no path changes anything.
 *
 * @param report called with each error that is not the user's
 */
export function createApp(source: StudySource, access: Access, report: (bug: Error) => void): Hono {
  const app = new Hono()
  const assets = loadAssets()
  const streams = new Streams()
  app.use(...guard(access), alwaysFresh)

  app.get('/', async c => c.html(studiesPage(await source.list(), requestLanguage(c))))
  app.get('/events', c =>
    followParts(
      c,
      streams.open(streamKey(c), {
        parts: async () => studiesParts(await source.list(), requestLanguage(c)),
        watch: every(LIST_MS),
      }),
      report,
    ),
  )
  app.get('/studies', c => c.redirect('/'))
  app.get('/studies/:name', async c => {
    const name = c.req.param('name')
    const language = requestLanguage(c)
    const facts = await source.read(name)
    if (facts === null) return c.html(notFoundPage(name, language), 404)
    return c.html(
      facts === 'new' ? newStudyPage(name, language) : studyPage(studyView(facts, language)),
    )
  })
  app.get('/studies/:name/events', c =>
    followStudy(c, source, streams, report, facts =>
      studyPageParts(facts === 'new' ? null : studyView(facts, requestLanguage(c))),
    ),
  )

  app.get('/api/studies', async c =>
    c.json(
      (await source.list()).map(listing => {
        const { name, live, status } = listing
        if (status === 'ready')
          return {
            status,
            ...studySummary(studyView({ document: listing.document, epochs: new Map(), live })),
            name,
          }
        return status === 'new'
          ? { status, name }
          : { status, name, problem: listing.error.message }
      }),
    ),
  )
  app.get('/api/studies/:name', c => withStudy(c, source, facts => c.json(studyView(facts))))
  app.get('/api/studies/:name/events', c =>
    followStudy(c, source, streams, report, facts =>
      viewParts(facts === 'new' ? null : studyView(facts)),
    ),
  )
  app.get('/api/studies/:name/leaderboard.csv', c =>
    withStudy(c, source, facts =>
      c.body(leaderboardCsv(studyView(facts)), 200, {
        'Content-Type': 'text/csv; charset=utf-8',
        ...download(facts, 'csv'),
      }),
    ),
  )
  app.get('/api/studies/:name/leaderboard.json', c =>
    withStudy(c, source, facts =>
      c.json(leaderboardRecords(studyView(facts)), 200, download(facts, 'json')),
    ),
  )

  app.get('/assets/:file', etag(), c => {
    const asset = assets.get(c.req.param('file'))
    if (!asset) return c.notFound()
    return c.body(asset.body, 200, { 'Content-Type': asset.type })
  })

  app.notFound(c =>
    isApi(c)
      ? c.json({ problem: 'there is nothing at this address' }, 404)
      : c.html(notFoundPage(null, requestLanguage(c)), 404),
  )
  app.onError((error, c) => {
    // The user reads a user's error here; a bug's message and stack are for the terminal.
    const byUser = error instanceof UserError
    if (!byUser) report(error)
    const language = requestLanguage(c)
    const problem = byUser ? error.message : pageWords(language).problem.bug
    return isApi(c) ? c.json({ problem }, 500) : c.html(problemPage(problem, language), 500)
  })
  return app
}

/** A cached page would show an old state of a study. */
const alwaysFresh: MiddlewareHandler = async (c, next) => {
  await next()
  if (!c.res.headers.has('cache-control')) c.header('Cache-Control', 'no-cache')
}

async function withStudy(
  c: Context,
  source: StudySource,
  answer: (facts: StudyFacts) => Response,
): Promise<Response> {
  const name = c.req.param('name') ?? ''
  const facts = await source.read(name)
  if (facts === null) return c.json({ problem: `there is no study ${name}` }, 404)
  if (facts === 'new') return c.json({ problem: `study ${name} has not run yet` }, 404)
  return answer(facts)
}

async function followStudy(
  c: Context,
  source: StudySource,
  streams: Streams,
  report: (bug: Error) => void,
  parts: (facts: StudyFacts | 'new') => ReadonlyMap<string, unknown>,
): Promise<Response> {
  const name = c.req.param('name') ?? ''
  const read = () => source.read(name)
  if ((await read()) === null) return c.json({ problem: `there is no study ${name}` }, 404)
  return followParts(
    c,
    streams.open(streamKey(c), {
      async parts() {
        const facts = await read()
        return facts === null ? null : parts(facts)
      },
      watch: onChange => source.watch(name, onChange),
    }),
    report,
  )
}

/** Equal for requests that get the same events. */
function streamKey(c: Context): string {
  return `${requestLanguage(c)} ${c.req.path}`
}

function every(ms: number): (onChange: () => void) => () => void {
  return onChange => {
    const timer = setInterval(onChange, ms)
    return () => clearInterval(timer)
  }
}

function download({ document }: StudyFacts, extension: string): Record<string, string> {
  // A header may not contain quotes, line breaks or letters outside ASCII.
  const name = document.spec.name.replace(/[^A-Za-z0-9._-]/g, '_')
  return { 'Content-Disposition': `attachment; filename="${name}-leaderboard.${extension}"` }
}

function isApi(c: Context): boolean {
  return c.req.path.startsWith('/api/')
}
