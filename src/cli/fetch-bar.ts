import { SingleBar } from 'cli-progress'
import colors from 'picocolors'
import type { FetchProgress } from '../hub/index.js'

const MB = 1e6

/**
 * Shows on the error stream how far a fetch is: a bar on a terminal, elsewhere a line when it
 * begins.
 */
export function fetchBar(): { readonly onFetch: (progress: FetchProgress) => void; close(): void } {
  let bar: SingleBar | undefined
  let current: string | undefined
  const close = (): void => {
    bar?.stop()
    bar = undefined
  }
  return {
    onFetch({ reference, file, bytes, totalBytes }) {
      const megabytes = (count: number): string => (count / MB).toFixed(1)
      if (current !== reference) {
        close()
        current = reference
        process.stderr.write(
          `${colors.bold('Fetching')} ${reference}, ${megabytes(totalBytes)} MB\n`,
        )
        if (process.stderr.isTTY) {
          bar = new SingleBar({
            format: '  {bar} {text}',
            barsize: 24,
            hideCursor: true,
            clearOnComplete: true,
            barCompleteChar: '━',
            barIncompleteChar: '╌',
          })
          bar.start(Math.max(1, totalBytes), 0, { text: '' })
        }
      }
      bar?.update(bytes, {
        text: `${megabytes(bytes)} of ${megabytes(totalBytes)} MB  ${colors.dim(file)}`,
      })
    },
    close,
  }
}
