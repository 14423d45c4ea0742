import { resolve } from 'node:path'
import { serve } from '../server/index.js'
import { listStudies, readStudy, watchStudy } from '../storage/index.js'
import { studyDir } from '../storage/paths.js'

export const DEFAULT_PORT = 7370

/** The leaderboard over a folder of studies, read from disk, whoever runs them. */
export function servePages(studies: string, port: number): Promise<{ readonly url: string; close(): Promise<void> }> {
  const root = resolve(studies)
  return serve({
    port,
    source: {
      list: () => listStudies(root),
      read: name => readStudy(studyDir(root, name)),
      watch: (name, onChange) => watchStudy(studyDir(root, name), onChange),
    },
  })
}
