import { readFileSync } from 'node:fs'

const SIGNS = [
  /out of memory/i, // V8's heap, CUDA
  /OOM when allocating/, // TensorFlow
  /ERR_WORKER_OUT_OF_MEMORY/,
  /bad_alloc/, // C++
  /failed to allocate (memory|.* bytes)/i, // onnxruntime's arenas
  /Array buffer allocation failed/,
]

/**
 * An error, or what a dying process printed, says that memory ran out: a result of the trial's
 * settings, not a fault.
 */
export function saysOutOfMemory(text: string): boolean {
  return SIGNS.some(sign => sign.test(text))
}

export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ((error as { readonly outOfMemory?: unknown }).outOfMemory === true) return true
  return saysOutOfMemory(`${error.message} ${(error as NodeJS.ErrnoException).code ?? ''}`)
}

/**
 * How many processes Linux has ended for want of memory since it started; null on other systems.
 */
export function kernelKills(): number | null {
  try {
    const match = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))
    return match ? Number(match[1]) : null
  } catch {
    return null
  }
}
