// Compiles src/ to dist/ and puts the page's own files beside it: `node scripts/build.mjs`.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'dist/.tsbuildinfo')

export function build() {
  const began = new Date()
  const compiler = locateCompiler()
  if (compiler === null) {
    process.stderr.write('tune: typescript is not installed. Run npm ci first.\n')
    process.exit(1)
  }
  const { status } = spawnSync(
    process.execPath,
    [compiler, '-p', join(root, 'tsconfig.build.json')],
    { stdio: ['ignore', 2, 2] },
  )
  if (status !== 0) process.exit(status ?? 1)
  utimesSync(stamp, began, began)
  copyAssets()
}

/** @returns the path of tsc; null where development dependencies are not installed */
export function locateCompiler() {
  try {
    const { resolve } = createRequire(import.meta.url)
    return join(dirname(resolve('typescript/package.json')), 'bin/tsc')
  } catch {
    return null
  }
}

/** The page's scripts and styles are served as they are written. */
function copyAssets() {
  const from = join(root, 'src/server/public')
  const to = join(root, 'dist/server/public')
  rmSync(to, { recursive: true, force: true })
  cpSync(from, to, {
    recursive: true,
    filter: path =>
      path === from ||
      (basename(path) !== 'tsconfig.json' && ['.js', '.css', '.svg'].includes(extname(path))),
  })
}

/** For the command in a checkout: compiles when a source is newer than what was compiled. */
export function buildIfStale() {
  const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0
  const newest = Math.max(
    ...readdirSync(join(root, 'src'), { recursive: true }).map(
      path => statSync(join(root, 'src', path)).mtimeMs,
    ),
  )
  if (newest <= built) return
  process.stderr.write('tune: compiling its sources, once…\n')
  build()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // A package must not have what sources that are gone were compiled to.
  if (process.argv.includes('--clean')) rmSync(join(root, 'dist'), { recursive: true, force: true })
  build()
}
