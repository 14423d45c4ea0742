import type { EpochReport } from '../user-training/training-run.js'
import { printedObjects } from './printed-objects.js'

/** What a line that a program printed says to the study. */
export type MetricsLine =
  | { readonly kind: 'epoch'; readonly report: EpochReport; readonly checkpoint: string | null }
  | {
      readonly kind: 'progress'
      readonly epoch: number
      readonly step: number
      readonly steps: number
      readonly loss: number
    }
  /** Training losses inside an epoch, which belong to the validation loss that follows. */
  | {
      readonly kind: 'training'
      readonly epoch: number
      readonly loss: number
      readonly learningRate: number | null
    }
  /** No metrics, but near to it. `rank` grows with the nearness; `problem` is what it lacks. */
  | { readonly kind: 'near'; readonly rank: number; readonly problem: string }
  /** Anything else a program prints. */
  | null

/** Names of a validation loss, in lower case and without separators; groups count as words. */
const SPLIT = '(?:val|valid|validation|eval|evaluation|dev)'
const VALIDATION_LOSS = new RegExp(
  `^(?:mean|avg|average)?(?:${SPLIT}loss|loss${SPLIT})(?:mean|avg|epoch)?$`,
)
const TRAINING_LOSS = /^(?:train|training)?loss$|^loss(?:train|training)$/
const LEARNING_RATE = /^(?:learningrate|lr)$/
/** A summary or a setting that looks like a report. */
const RECAP = /\b(?:best|previous|resum\w*|load\w*|restor\w*|config\w*|args|arguments)\b/i
/** Further numbers of an epoch that are recorded. */
const EXTRAS = 500

/**
 * Reads what a program printed: `{"epoch": 1, "valLoss": 0.5}` ends an epoch, `{"epoch": 1, "step":
 * 10, "steps": 100}` is progress inside one. A training loss is never taken for a validation loss.
 *
 * @param text as `plainText` gives it
 */
export function readLine(text: string): MetricsLine {
  let best: MetricsLine = null
  for (const { fields, before } of printedObjects(text)) {
    const read = readFields(fields)
    const line =
      read?.kind === 'epoch' && RECAP.test(before)
        ? near(2, 'a word before it says that it is a summary or a setting')
        : read
    if (line && line.kind !== 'near') return line
    if (line && (best === null || best.kind !== 'near' || line.rank > best.rank)) best = line
  }
  return best ?? nearText(text)
}

interface Field {
  /** Its path in the object, with `/` between groups. */
  readonly path: string
  /** The path, and the ends of it, in lower case and without separators. */
  readonly names: readonly string[]
  readonly value: unknown
}

function readFields(object: Readonly<Record<string, unknown>>): MetricsLine {
  const fields = flatten(object)
  const named = (pattern: RegExp) =>
    fields.filter(({ names }) => names.some(name => pattern.test(name)))
  const epochField = named(/^epoch$/)[0]
  const epoch = readEpoch(epochField?.value)
  const measured = named(VALIDATION_LOSS)
  const validation = measured.find(({ path }) => path === 'valLoss') ?? measured[0]
  const training = named(TRAINING_LOSS).filter(field => !measured.includes(field))[0]
  const loss = readNumber(training?.value)
  const rateField = named(LEARNING_RATE)[0]
  const learningRate = finite(readNumber(rateField?.value))
  if (!validation) {
    if (epoch === undefined) return null
    const [step, steps] = ['step', 'steps'].map(name => readNumber(object[name]))
    if (step !== undefined && steps !== undefined)
      return { kind: 'progress', epoch, step, steps, loss: loss ?? NaN }
    if (loss !== undefined) return { kind: 'training', epoch, loss, learningRate }
    return near(1, 'it has no validation loss')
  }
  const valLoss = readNumber(validation.value)
  if (valLoss === undefined)
    return near(4, `its ${validation.path} is ${shown(validation.value)}, not a number`)
  const other = measured.find(
    field => field !== validation && field.path !== 'valLoss' && !same(field.value, valLoss),
  )
  if (other && validation.path !== 'valLoss')
    return near(3, `${validation.path} and ${other.path} differ: name one of them valLoss`)
  if (epochField === undefined) return near(3, 'it has no epoch')
  if (epoch === undefined) return near(4, `its epoch is ${shown(epochField.value)}, not a number`)
  const tokens = readNumber(object['tokens'])
  const used = new Set([epochField, ...measured, training, rateField])
  return {
    kind: 'epoch',
    report: {
      epoch,
      valLoss,
      loss: loss ?? null,
      learningRate,
      tokens: tokens ?? 0,
      extra: Object.fromEntries(
        fields
          .flatMap((field): [string, number][] =>
            !used.has(field) && field.path !== 'tokens' && isFinite(field.value)
              ? [[field.path, field.value]]
              : [],
          )
          .slice(0, EXTRAS),
      ),
    },
    checkpoint: typeof object['checkpoint'] === 'string' ? object['checkpoint'] : null,
  }
}

function flatten(object: object, path: readonly string[] = []): readonly Field[] {
  return Object.entries(object).flatMap(([key, value]): readonly Field[] => {
    const at = [...path, key]
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return at.length < 6 ? flatten(value as object, at) : []
    const words = at.join('/').split(/[/.]/)
    const names = words.map((_, i) =>
      words
        .slice(i)
        .join('')
        .toLowerCase()
        .replace(/[\s_-]/g, ''),
    )
    // The end of a path names it, unless what is before makes it another thing: train/val_loss.
    return key === '__proto__' ? [] : [{ path: at.join('/'), names: ends(names), value }]
  })
}

/** `metrics/eval/loss` is an evaluation loss, and no plain loss. */
function ends(names: readonly string[]): readonly string[] {
  const validation = names.find(name => VALIDATION_LOSS.test(name))
  if (validation !== undefined) return [validation]
  const [path = '', ...tails] = names
  return /^(?:train|training)/.test(path) || tails.length === 0 ? [path] : names
}

/** Epochs as `3`, `"3"` or `"3/10"`. */
function readEpoch(value: unknown): number | undefined {
  return readNumber(typeof value === 'string' ? value.replace(/\s*\/\s*\d+$/, '') : value)
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (Array.isArray(value) && value.length === 1) return readNumber(value[0])
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  const word = /^([-+]?)(nan|inf|infinity)$/i.exec(text)
  if (word) return /nan/i.test(word[2]!) ? NaN : word[1] === '-' ? -Infinity : Infinity
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function same(value: unknown, other: number): boolean {
  const read = readNumber(value)
  return read !== undefined && Object.is(read, other)
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

function near(rank: number, problem: string): MetricsLine {
  return { kind: 'near', rank, problem }
}

/** A line of text, or an object that cannot be read, with a loss in it. */
function nearText(text: string): MetricsLine {
  if (!/loss/i.test(text) || !/\d/.test(text)) return null
  if (/(?:val|eval|dev)\w*[\s_/.-]*loss/i.test(text)) return near(2, 'it is no JSON')
  return near(/epoch/i.test(text) ? 1 : 0, 'it is no JSON')
}
