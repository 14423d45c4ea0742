import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { UserError } from '../errors.js'
import { replaceFileSync } from '../util/replace-file.js'
import type { Engine } from './engine.js'
import { emitOnnx } from './onnx/emit.js'
import type { Program } from './program.js'
import { emitTensorflow } from './tensorflow/emit.js'
import { UntraceableError } from './trace/errors.js'
import { trace } from './trace/trace.js'
import { verify } from './verify.js'
import type { Verification, VerifyOptions } from './verify.js'

export interface VerifyOnceOptions extends VerifyOptions {
  /** Where results are stored; in the user's cache when left out. */
  readonly folder?: string
}

/**
 * As `verify`, with the result stored: once for each graph, version of engine and of this package,
 * and processor. If the folder cannot be written, the program is verified again next time.
 */
export async function verifyOnce(
  program: Program,
  engine: Engine,
  { folder = defaultFolder(), ...options }: VerifyOnceOptions = {},
): Promise<Verification> {
  const path = join(folder, `${verificationKey(program, engine)}.json`)
  const stored = await readFile(path, 'utf8').then(
    text => JSON.parse(text) as Verification,
    () => null,
  )
  // A difference is verified again: after the machine is repaired, no file has to be deleted.
  if (stored?.ok) return stored
  const verification = await verify(program, engine, options)
  if (verification.ok) {
    const { name, version, device } = engine
    store(path, { ...verification, program: program.name, engine: name, version, device })
  }
  return verification
}

/** @throws UserError when an engine computes a program differently than plain JavaScript */
export async function requireVerified(
  program: Program,
  engine: Engine,
  options: VerifyOnceOptions = {},
): Promise<void> {
  const verification = await verifyOnce(program, engine, options)
  if (verification.ok) return
  throw new UserError(
    `engine ${engine.name} ${engine.version} on ${engine.device}`,
    `does not compute what plain JavaScript does: ${verification.reason}`,
    'Name another engine with the variable TUNE_ENGINE; "tune doctor" lists them',
  )
}

function defaultFolder(): string {
  return join(envPaths('tune', { suffix: '' }).cache, 'verified')
}

function verificationKey(program: Program, engine: Engine): string {
  const hash = createHash('sha256')
  hash.update(
    JSON.stringify([
      engine.name,
      engine.version,
      engine.device,
      packageVersion(),
      process.platform,
      process.arch,
      cpus()[0]?.model,
      program.name,
    ]),
  )
  hash.update(JSON.stringify([program.state, program.inputs]))
  try {
    const tape = trace(program)
    hash.update(engine.name === 'tensorflow' ? emitTensorflow([tape]).bytes : emitOnnx(tape).bytes)
  } catch (error) {
    // It runs eagerly, if at all: name and shapes identify it.
    if (!(error instanceof UntraceableError)) throw error
  }
  return hash.digest('hex')
}

function packageVersion(): unknown {
  return (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly version?: unknown
    }
  ).version
}

/** Does nothing when the folder cannot be written. */
function store(path: string, result: object): void {
  try {
    replaceFileSync(path, `${JSON.stringify(result)}\n`)
  } catch {
    return
  }
}
