/** How numbers are written, in terminal, page and files alike. A missing value is an en dash. */

import type { ReportWords } from './words/words.js'

const NOTHING = '–'

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return NOTHING
  if (seconds === 0) return '0 s'
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const rounded = Math.round(seconds)
  if (rounded < 60) return `${rounded} s`
  if (rounded < 3600) return twoUnits(Math.floor(rounded / 60), 'min', rounded % 60, 's')
  const minutes = Math.round(rounded / 60)
  if (minutes < 1440) return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/**
 * A time that is only estimated, without false precision: `a few seconds`, `about 40 s`, `about 3
 * min`.
 */
export function estimate(
  seconds: number,
  { estimate: words }: Pick<ReportWords, 'estimate'>,
): string {
  if (seconds < 5) return words.fewSeconds
  if (seconds < 55) return words.about(`${Math.ceil(seconds / 5) * 5} s`)
  if (seconds < 3600) return words.about(`${Math.round(seconds / 60)} min`)
  return words.about(duration(Math.round(seconds / 600) * 600))
}

/** Nats per token, four decimals: enough to distinguish neighbors on a leaderboard. */
export function loss(nats: number | null): string {
  if (nats === null || !Number.isFinite(nats)) return NOTHING
  return Math.abs(nats) < 1e4 ? nats.toFixed(4) : nats.toExponential(2)
}

/** exp of a loss in nats per token; null if that is not a finite number. */
export function toPerplexity(nats: number | null): number | null {
  const value = nats === null ? NaN : Math.exp(nats)
  return Number.isFinite(value) ? value : null
}

/** Three significant digits: `1.23`, `12.3`, `123`, `12,300`. */
export function perplexity(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return NOTHING
  if (value >= 1e6) return value.toExponential(1)
  return value >= 1000 ? count(Number(value.toPrecision(3))) : value.toPrecision(3)
}

/** `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `260 K`, `1.2 M`: for parameters of a model. */
export function magnitude(value: number): string {
  for (const [size, unit] of [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'K'],
  ] as const) {
    if (value >= size) return `${Number((value / size).toPrecision(3))} ${unit}`
  }
  return String(value)
}

/** `38%`, `0.4%`. */
export function percent(share: number): string {
  const value = share * 100
  return `${Math.abs(value) < 1 && value !== 0 ? value.toPrecision(1) : Math.round(value)}%`
}

/** `1 trial`, `2 trials`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** A parameter's value, short: `3.16e-4`, `0.05`, `16`, `cosine`, `yes`. */
export function paramValue(
  value: string | number | boolean | undefined,
  { yes, no }: ReportWords['values'] = { yes: 'yes', no: 'no' },
): string {
  if (value === undefined) return NOTHING
  if (typeof value === 'boolean') return value ? yes : no
  if (typeof value === 'string') return value
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  const short = Number(value.toPrecision(3))
  return Math.abs(short) >= 0.01 && Math.abs(short) < 1e6 ? String(short) : short.toExponential()
}

/** A parameter's name for people: `learningRate` → `learning rate`. */
export function paramName(name: string): string {
  return /^[a-z]+([A-Z][a-z]+)+$/.test(name)
    ? name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
    : name
}

/** With a capital first letter. */
export function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** Sorted numbers, consecutive ones as ranges: `0–3, 5, 7–8`. */
export function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b)
  const runs: [number, number][] = []
  for (const value of sorted) {
    const last = runs.at(-1)
    if (last && value <= last[1] + 1) last[1] = value
    else runs.push([value, value])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
