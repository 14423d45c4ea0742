import type { EpochReport } from '../user-training/training-run.js'

/** What a line that a program printed says to the study. */
export type Line =
  | { readonly kind: 'epoch'; readonly report: EpochReport; readonly checkpoint: string | null }
  | {
      readonly kind: 'progress'
      readonly epoch: number
      readonly step: number
      readonly steps: number
      readonly loss: number
    }
  /** Anything else a program prints. */
  | null

const NAMES: Readonly<Record<string, string>> = {
  val_loss: 'valLoss',
  eval_loss: 'valLoss',
  train_loss: 'loss',
  learning_rate: 'learningRate',
}

/**
 * Reads a line of JSON: `{"epoch": 1, "valLoss": 0.5}` ends an epoch, `{"epoch": 1, "step": 10,
 * "steps": 100}` is progress inside one. NaN and Infinity, which Python writes though JSON has
 * none, are taken for what they are.
 */
export function readLine(text: string): Line {
  const line = text.trim()
  if (!line.startsWith('{') || !line.endsWith('}')) return null
  const fields = parse(line)
  if (!fields) return null
  const { epoch, valLoss, loss, learningRate, tokens, step, steps, checkpoint, ...rest } = fields
  const count = readNumber(epoch)
  if (count === undefined) return null
  const measured = readNumber(valLoss)
  if (measured === undefined) {
    const [at, of] = [readNumber(step), readNumber(steps)]
    return at === undefined || of === undefined
      ? null
      : { kind: 'progress', epoch: count, step: at, steps: of, loss: readNumber(loss) ?? NaN }
  }
  const extra = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) =>
      typeof value === 'number' ? [[name, value]] : [],
    ),
  )
  const report = {
    epoch: count,
    valLoss: measured,
    loss: readNumber(loss) ?? null,
    learningRate: readNumber(learningRate) ?? null,
    tokens: Math.max(0, Math.round(readNumber(tokens) ?? 0)),
    extra,
  }
  return {
    kind: 'epoch',
    report,
    checkpoint: typeof checkpoint === 'string' ? checkpoint : null,
  }
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const json = JSON.parse(
      line.replace(/([:,[]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, '$1"$2"'),
    ) as Record<string, unknown>
    return Object.fromEntries(
      Object.entries(json).map(([name, value]) => [NAMES[name] ?? name, value]),
    )
  } catch {
    return null
  }
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity'
    ? Number(value)
    : undefined
}
