import { InvalidArgumentError, Option } from 'commander'
import { inertJson } from '../util/terminal-text.js'

/** The folder of all studies, the same for every command. */
export function studiesOption(): Option {
  return new Option('--studies <dir>', 'folder of all studies')
    .env('TUNE_STUDIES')
    .default('studies')
}

export function jsonOption(): Option {
  return new Option('--json', 'print data for a program instead of text for people')
}

export interface Common {
  readonly studies: string
  readonly json?: boolean
}

/** Reads a whole number of at least `min`, or refuses it in words. */
export function integer(min: number): (text: string) => number {
  return text => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isSafeInteger(value) || value < min)
      throw new InvalidArgumentError(`It must be a whole number of at least ${min}.`)
    return value
  }
}

/** A test split as it is typed: a share, `auto`, or a file. */
export function testFrom(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

/** For an option that may be repeated: its values, in order. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value]
}

/** For an option that is a list: `a,b`. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
}

export function printJson(value: unknown): void {
  process.stdout.write(`${inertJson(JSON.stringify(value, null, 2))}\n`)
}
