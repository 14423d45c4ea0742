import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { EngineName } from '../compile/index.js'
import { deviceEnvironment } from '../trial/environment.js'

/** An engine on a device, as it was found at work in a process of its own. */
export type EngineTrial = EngineAsked & (Measured | Unusable)

export interface EngineAsked {
  readonly engine: EngineName
  /** `cpu`, `cuda:0`, `webgpu`. */
  readonly device: string
}

export interface Measured extends Measurement {
  readonly usable: true
  readonly reason: null
}

export interface Unusable {
  readonly usable: false
  /** What went wrong and, where that is known, what to do. */
  readonly reason: string
}

export interface Measurement {
  /** As the engine itself calls where it computes. */
  readonly device: string
  /** Of the package that computes. */
  readonly version: string
  /** Of a product of square matrices, in 10⁹ additions and multiplications a second. */
  readonly gflops: number
  /** Of the reference training: 5 layers of width 64, AdamW. */
  readonly tokensPerSecond: number
  /** The batch it was measured at: the slow engines get a small one. */
  readonly batch: { readonly rows: number; readonly length: number }
}

/** What the process sends, once. */
export type FromProbe =
  | { readonly type: 'measured'; readonly measurement: Measurement }
  | { readonly type: 'failed'; readonly message: string }

/** Milliseconds for loading, measuring and all: more means that it hangs. */
const PATIENCE = 60_000

/**
 * Loads an engine, multiplies matrices and trains a few steps, in a process of its own: one that
 * crashes is an answer like any other. Takes one to three seconds.
 */
export function tryEngine({
  engine,
  device,
  environment = {},
}: EngineAsked & { readonly environment?: NodeJS.ProcessEnv }): Promise<EngineTrial> {
  const threads = availableParallelism()
  return new Promise(resolve => {
    const child = fork(probePath(), [engine, String(threads)], {
      env: {
        ...deviceEnvironment(device.startsWith('cuda') ? device : 'cpu', threads, process.env),
        ...environment,
      },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let printed = ''
    let answer: EngineTrial | null = null
    let late = false
    const note = (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-4096))
    child.stdout!.on('data', note)
    child.stderr!.on('data', note)
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, PATIENCE)
    const refused = (reason: string): EngineTrial => ({ engine, device, usable: false, reason })
    child.on('message', (message: FromProbe) => {
      answer =
        message.type === 'measured'
          ? { engine, ...message.measurement, usable: true, reason: null }
          : refused(message.message)
    })
    child.on('error', error => resolve(refused(error.message)))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (answer) return resolve(answer)
      if (late) return resolve(refused(`its process did not answer within ${PATIENCE / 1000} s`))
      const last = printed
        .split('\n')
        .filter(line => line.trim())
        .at(-1)
      resolve(
        refused(
          `its process ended with ${signal ?? `code ${code}`}${last ? `: ${last.trim().slice(0, 200)}` : ''}`,
        ),
      )
    })
  })
}

/** A process cannot run TypeScript: from the sources, as in a test, the build's is taken. */
function probePath(): string {
  return fileURLToPath(
    new URL(
      import.meta.url.endsWith('.ts') ? '../../dist/backend/probe.js' : './probe.js',
      import.meta.url,
    ),
  )
}
