import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'

export interface Asset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * Every file that a page may load, by name: those of public/, and chart.js from its package. They
 * are read once; a path outside this map has no file.
 */
export function loadAssets(): ReadonlyMap<string, Asset> {
  const own = join(import.meta.dirname, 'public')
  const paths = readdirSync(own)
    .filter(name => extname(name) in TYPES)
    .map(name => [name, join(own, name)] as const)
  const chart = join(
    dirname(createRequire(import.meta.url).resolve('chart.js')),
    'chart.umd.min.js',
  )
  return new Map(
    [...paths, ['chart.umd.min.js', chart] as const].map(([name, path]) => [
      name,
      { type: TYPES[extname(name)]!, body: Uint8Array.from(readFileSync(path)) },
    ]),
  )
}
