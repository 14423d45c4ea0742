// Puts the page's own scripts and styles beside the compiled server: they are served as they are written.
import { cpSync, rmSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const from = join(root, 'src/server/public')
const to = join(root, 'dist/server/public')

rmSync(to, { recursive: true, force: true })
cpSync(from, to, { recursive: true, filter: path => path === from || (basename(path) !== 'tsconfig.json' && ['.js', '.css', '.svg'].includes(extname(path))) })
