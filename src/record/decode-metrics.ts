import { z } from 'zod'
import { check } from './check.js'
import type { EpochMetrics } from './metric.js'

/**
 * A metric may be not a number: a training that diverged reports it. JSON has no such number, so it
 * is a word there.
 */
export function decodeMetrics(
  json: unknown,
  at: string,
): { readonly attempt: number; readonly metrics: EpochMetrics } {
  const { attempt, epoch } = check(metrics, json, at)
  return { attempt, metrics: { epoch, ...readNumbers(json as Record<string, unknown>) } }
}

/** The other direction of `decodeMetrics`; one line. */
export function encodeMetrics(attempt: number, metrics: EpochMetrics): string {
  return JSON.stringify({ attempt, ...metrics }, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
}

const METRICS = ['loss', 'valLoss', 'learningRate', 'tokens', 'seconds'] as const
const anyNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).transform(Number)
const count = z.int().nonnegative()
const epoch = z.int().positive()
const metrics = z.object({
  attempt: epoch,
  epoch,
  loss: anyNumber.nullable(),
  valLoss: anyNumber,
  learningRate: anyNumber.nullable(),
  tokens: count,
  seconds: anyNumber,
  extra: z.record(z.string(), anyNumber).optional(),
})

function readNumbers({ extra, ...json }: Record<string, unknown>): Omit<EpochMetrics, 'epoch'> {
  const numbers = Object.fromEntries(
    METRICS.map(name => [name, json[name] === null ? null : Number(json[name])]),
  ) as Omit<EpochMetrics, 'epoch' | 'extra'>
  return extra === undefined
    ? numbers
    : {
        ...numbers,
        extra: Object.fromEntries(
          Object.entries(extra as object).map(([name, value]) => [name, Number(value)]),
        ),
      }
}
