import { resolve } from 'node:path'
import { serve, studiesIn } from '../server/index.js'

export const DEFAULT_PORT = 7370

/** The leaderboard over a folder of studies, read from disk, whoever runs them. */
export function servePages(
  studies: string,
  port: number,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  return serve({ port, source: studiesIn(resolve(studies)) })
}
