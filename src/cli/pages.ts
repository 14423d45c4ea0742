import { resolve } from 'node:path'
import { serve, studiesIn, type Serving } from '../server/index.js'
import { optional } from '../util/optional.js'

export const DEFAULT_PORT = 7370

/**
 * The leaderboard over a folder of studies, read from disk, whoever runs them. Its token is that of
 * TUNE_TOKEN, or a random one; programs that trials start do not inherit it.
 */
export function servePages(studies: string, port: number, host?: string): Promise<Serving> {
  const token = process.env['TUNE_TOKEN'] || undefined
  return serve({ port, source: studiesIn(resolve(studies)), ...optional({ host, token }) })
}
