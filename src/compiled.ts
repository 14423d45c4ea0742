import { fileURLToPath } from 'node:url'

/**
 * Where the compiled form of a source file is: Node's processes and threads cannot run TypeScript,
 * so from the sources, as in a test, it is found in the build.
 *
 * @param path below the root of the sources, without extension: `trial/host`
 */
export function compiledPath(path: string): string {
  const root = import.meta.url.endsWith('.ts') ? '../dist/' : './'
  return fileURLToPath(new URL(`${root}${path}.js`, import.meta.url))
}
