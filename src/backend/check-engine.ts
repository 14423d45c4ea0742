import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { EngineName } from '../compile/index.js'
import { compiledPath } from '../compiled.js'
import { deviceEnvironment } from '../trial/environment.js'

/** Whether an engine works on a device, and how fast it is. */
export type EngineCheck = EngineOnDevice & (UsableEngine | UnusableEngine)

interface EngineOnDevice {
  readonly engine: EngineName
  /** `cpu`, `cuda:0`, `webgpu`. */
  readonly device: string
}

interface UsableEngine extends EngineSpeed {
  readonly usable: true
  readonly reason: null
}

interface UnusableEngine {
  readonly usable: false
  /** What is wrong and, if possible, what to do. */
  readonly reason: string
}

export interface EngineSpeed {
  /** The engine's own name of the device that it computes on. */
  readonly device: string
  /** Of the package that computes. */
  readonly version: string
  /** Of a product of square matrices, in 10⁹ additions and multiplications a second. */
  readonly gflops: number
  /** Of the reference training: 5 layers of width 64, AdamW. */
  readonly tokensPerSecond: number
  /** The batch of the measurement: slow engines get a small one. */
  readonly batch: { readonly rows: number; readonly length: number }
}

/** What the process of `checkEngine` sends, once. */
export type SpeedMessage =
  | { readonly type: 'measured'; readonly speed: EngineSpeed }
  | { readonly type: 'failed'; readonly message: string }

/** Milliseconds for loading and measuring: an engine that takes longer hangs. */
const TIMEOUT = 60_000

/**
 * Loads an engine, multiplies matrices and trains a few steps, in its own process, so that a crash
 * is a result too. Takes one to three seconds.
 */
export function checkEngine({
  engine,
  device,
  environment = {},
}: EngineOnDevice & { readonly environment?: NodeJS.ProcessEnv }): Promise<EngineCheck> {
  const threads = availableParallelism()
  const unusable = (reason: string): EngineCheck => ({ engine, device, usable: false, reason })
  return new Promise(resolve => {
    const child = fork(compiledPath('backend/speed-process'), [engine, String(threads)], {
      env: {
        ...deviceEnvironment(device.startsWith('cuda') ? device : 'cpu', threads, process.env),
        ...environment,
      },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let output = ''
    let check: EngineCheck | null = null
    const collect = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4096))
    child.stdout!.on('data', collect)
    child.stderr!.on('data', collect)
    const timer = setTimeout(() => {
      check ??= unusable(`its process did not answer within ${TIMEOUT / 1000} s`)
      child.kill('SIGKILL')
    }, TIMEOUT)
    child.on('message', (message: SpeedMessage) => {
      check =
        message.type === 'measured'
          ? { engine, ...message.speed, usable: true, reason: null }
          : unusable(message.message)
    })
    child.on('error', error => resolve(unusable(error.message)))
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve(check ?? unusable(endReason(signal ?? `code ${code}`, output)))
    })
  })
}

function endReason(end: string, output: string): string {
  const lastLine = output
    .split('\n')
    .filter(line => line.trim())
    .at(-1)
  return `its process ended with ${end}${lastLine ? `: ${lastLine.trim().slice(0, 200)}` : ''}`
}
