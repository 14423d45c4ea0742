#!/usr/bin/env node
// In a checkout the compiled program may be missing or behind its sources; in an installed package there are no sources.
import { existsSync } from 'node:fs'

if (existsSync(new URL('../src/', import.meta.url))) {
  const { buildIfStale } = await import('../scripts/build.mjs')
  buildIfStale()
}
if (existsSync(new URL('../dist/cli/main.js', import.meta.url))) await import('../dist/cli/main.js')
else {
  process.stderr.write(
    'tune: dist/ is missing: npm packed this package without running its scripts.\n' +
      'Install it again with --ignore-scripts=false, or run npm run build in a checkout.\n',
  )
  process.exitCode = 1
}
