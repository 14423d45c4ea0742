import type { MeasuredLoss } from '../../record/finalist.js'

/** Two decimals, or one significant digit of a number below 0.01. */
export function nats(loss: number): string {
  if (loss === 0 || Math.abs(loss) >= 0.01) return loss.toFixed(2)
  return Math.abs(loss) < 1e-4 ? '< 0.0001' : String(Number(loss.toPrecision(1)))
}

/** A loss with one standard error, to as many decimals as the error allows. */
export function plusMinus({ loss, error }: MeasuredLoss): string {
  const decimals = error >= 0.01 ? 2 : error >= 0.001 ? 3 : 4
  const text = loss.toFixed(decimals)
  const signed = Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−')
  return `${signed} ± ${error.toFixed(decimals)}`
}

/** A mean and the standard deviation between seeds. */
export function meanAndDeviation({
  mean,
  sd,
}: {
  readonly mean: number
  readonly sd: number | null
}): string {
  return sd === null ? nats(mean) : `${nats(mean)} ± ${nats(sd)}`
}

/** `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}
