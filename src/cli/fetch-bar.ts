import { SingleBar } from 'cli-progress'
import colors from 'picocolors'
import type { FetchProgress } from '../hub/index.js'
import { visibleText } from '../util/terminal-text.js'
import { BAR_STYLE } from './bars.js'
import { printError } from './print.js'

/**
 * Shows on the error stream how much of a model or data set has been fetched: a bar on a terminal,
 * one line elsewhere.
 */
export class FetchBar {
  #bar: SingleBar | undefined
  #reference: string | undefined

  readonly onFetch = ({ reference, file, bytes, totalBytes }: FetchProgress): void => {
    if (this.#reference !== reference) this.#open(reference, totalBytes)
    this.#bar?.update(bytes, {
      text: `${megabytes(bytes)} of ${megabytes(totalBytes)} MB  ${colors.dim(visibleText(file))}`,
    })
  }

  readonly close = (): void => {
    this.#bar?.stop()
    this.#bar = undefined
  }

  #open(reference: string, totalBytes: number): void {
    this.close()
    this.#reference = reference
    printError(`${colors.bold('Fetching')} ${reference}, ${megabytes(totalBytes)} MB`)
    if (!process.stderr.isTTY) return
    this.#bar = new SingleBar({ ...BAR_STYLE, format: '  {bar} {text}' })
    this.#bar.start(Math.max(1, totalBytes), 0, { text: '' })
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
