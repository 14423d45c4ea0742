/**
 * Ctrl-C once: end in good order. Twice: now.
 *
 * @param first told at the first interruption
 */
export function interruptible(first: () => void): {
  readonly signal: AbortSignal
  restore(): void
} {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(name === 'SIGTERM' ? 143 : 130)
    first()
    controller.abort()
  }
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
    restore: () => {
      for (const name of names) process.off(name, onSignal)
    },
  }
}

/** Resolves at the first Ctrl-C: for what runs until somebody ends it. */
export async function interruption(): Promise<void> {
  const { signal, restore } = interruptible(() => undefined)
  await new Promise(resolve => signal.addEventListener('abort', resolve))
  restore()
}
