import { Interrupt } from './interrupt.js'

/**
 * What happens when nobody takes the output any more: a closed pipe (`tune … | head`) ends the
 * command quietly, a running study with checkpoints; a full disk (`tune … > log`) ends other
 * commands with a message, and a running study continues without output.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    silence(process.stdout)
    const running = Interrupt.current
    if (error.code === 'EPIPE') return running ? running.stop() : process.exit()
    const problem = `tune: the output cannot be written (${error.code ?? error.message})`
    if (running) return void process.stderr.write(`${problem}; the study continues without it\n`)
    process.stderr.write(`${problem}\n`)
    process.exit(1)
  })
  process.stderr.on('error', () => silence(process.stderr))
}

/** A stream that has failed would report each further write. */
function silence(stream: NodeJS.WriteStream): void {
  stream.removeAllListeners('error').on('error', () => undefined)
  stream.write = (_: unknown, ...rest: unknown[]): boolean => {
    const done = rest.at(-1)
    if (typeof done === 'function') queueMicrotask(done as () => void)
    return true
  }
}
