#!/usr/bin/env node
// In a checkout the compiled program may be missing or behind its sources; in an installed package there are no sources.
import { existsSync } from 'node:fs'

if (existsSync(new URL('../src/', import.meta.url))) {
  const { buildIfStale } = await import('../scripts/build.mjs')
  buildIfStale()
}
await import('../dist/cli/main.js')
