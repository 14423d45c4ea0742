// npm runs this when it installs the package from a checkout or from git, and when it packs it:
// compiles the sources if they are newer than dist/.
import { existsSync } from 'node:fs'
import { buildIfStale, locateCompiler } from './build.mjs'

const isBuilt = existsSync(new URL('../dist/cli/main.js', import.meta.url))
const packs = ['pack', 'publish'].includes(process.env.npm_command ?? '')

// Without development dependencies (npm ci --omit=dev) a checkout keeps the dist/ that it has.
if (locateCompiler() !== null || packs) buildIfStale()
else if (!isBuilt)
  console.error('tune: dist/ is missing. Run npm ci with development dependencies to compile it.')
