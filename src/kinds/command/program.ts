import { randomUUID } from 'node:crypto'
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { UserError } from '../../errors.js'
import { signalMarked } from '../../util/marked-processes.js'
import { kernelKills } from '../../util/out-of-memory.js'

export interface ProgramOptions {
  /** Program and arguments. */
  readonly words: readonly string[]
  readonly directory: string
  readonly environment: NodeJS.ProcessEnv
  /** File that takes all that it prints. */
  readonly log: string
  /** Milliseconds that it has to end in after it was asked to. */
  readonly grace: number
  /** Each complete line of its two streams, each in order. */
  line(text: string): void
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** The end of what it printed, both streams in the order in which they came. */
  readonly output: string
  /** The kernel killed for want of memory while it ran, and it was killed. */
  readonly kernelKilled: boolean
}

/** A program in a process group of its own, with all that it starts. */
export interface RunningProgram {
  readonly exit: Promise<Exit>
  /** Asks the group to end; what is left of it after `grace` is killed. */
  stop(): void
}

/** A log that has grown beyond this is begun again, in bytes. */
const LOG_LIMIT = 8 * 1024 * 1024
/** Milliseconds after the program's exit in which what it had printed is read. */
const DRAIN = 1000
/** Set for the program and all that it starts, to its own value. */
const MARK = 'TUNE_RUN'
/** Characters of output kept for the record. */
const TAIL = 4096
/** A line longer than this is no metrics, in characters. */
const LINE_LIMIT = 1 << 20

/**
 * Starts a program. Its group does not outlive this process, however that ends: a guard waits for
 * the end of a pipe.
 *
 * @throws UserError, through `exit`, when it cannot be started
 */
export function startProgram({
  words,
  directory,
  environment,
  log,
  grace,
  line,
}: ProgramOptions): RunningProgram {
  const [program, ...args] = words
  const kills = kernelKills()
  const file = openSync(log, 'a')
  let written = 0
  let tail = ''
  const note = (chunk: Buffer) => {
    if ((written += chunk.length) > LOG_LIMIT) {
      ftruncateSync(file)
      written = chunk.length
    }
    writeSync(file, chunk)
    tail = (tail + chunk.toString()).slice(-TAIL)
  }
  const mark = randomUUID()
  const child = spawn(program!, args, {
    cwd: directory,
    env: { ...environment, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  const guard = child.pid === undefined ? null : guardGroup(child.pid)
  const signal = (name: NodeJS.Signals) => {
    signalGroup(child, name)
    signalMarked(MARK, mark, name)
  }
  const lines = lineSplitter(line)
  child.stdout.on('data', (chunk: Buffer) => {
    note(chunk)
    lines.push(chunk)
  })
  const errorLines = lineSplitter(line)
  child.stderr.on('data', (chunk: Buffer) => {
    note(chunk)
    errorLines.push(chunk)
  })

  let stopping: NodeJS.Timeout | undefined
  let draining: NodeJS.Timeout | undefined
  const exit = new Promise<Exit>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return
      const problem =
        error.code === 'ENOENT'
          ? `there is no such program, or no folder ${directory}`
          : `cannot be started: ${error.message}`
      reject(
        new UserError(`command ${program}`, problem, 'Check its spelling, or give its whole path'),
      )
    })
    // What it started ends with it, and lets go of the pipes; what cannot be ended may keep them.
    child.on('exit', () => {
      signal('SIGKILL')
      draining = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, DRAIN)
    })
    child.on('close', (code, by) => {
      clearTimeout(stopping)
      clearTimeout(draining)
      guard?.release()
      lines.end()
      errorLines.end()
      closeSync(file)
      const now = kernelKills()
      resolve({
        code,
        signal: by,
        output: tail,
        kernelKilled:
          by === 'SIGKILL' &&
          stopping === undefined &&
          kills !== null &&
          now !== null &&
          now > kills,
      })
    })
  })
  return {
    exit,
    stop() {
      if (stopping) return
      stopping = setTimeout(() => signal('SIGKILL'), grace)
      signal('SIGTERM')
    },
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // It is gone already.
  }
}

/**
 * A process that kills a group when its pipe ends without a word: then this process is gone, by
 * whatever means. A shell, because it is everywhere where there are process groups, and small.
 */
function guardGroup(group: number): { release(): void } | null {
  if (process.platform === 'win32') return null
  const guard = spawn('/bin/sh', ['-c', 'read word || kill -s KILL -- "-$0"', String(group)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.on('error', () => undefined)
  guard.stdin.on('error', () => undefined)
  guard.unref()
  return { release: () => guard.stdin.end('over\n') }
}

function lineSplitter(line: (text: string) => void): { push(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder()
  let rest = ''
  return {
    push(chunk) {
      const parts = (rest + decoder.write(chunk)).split(/\r\n|\n|\r/)
      rest = parts.pop()!
      if (rest.length > LINE_LIMIT) rest = ''
      for (const part of parts) line(part)
    },
    end() {
      if (rest !== '') line(rest)
    },
  }
}
