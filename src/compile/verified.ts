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
  /** Where results are kept; in the user's cache when left out. */
  readonly folder?: string
}

/**
 * `verify`, whose result is kept: once for each graph, version of engine and of this package, and
 * processor. Nothing is lost when the folder can't be written: then it is done again next time.
 */
export async function verifyOnce(
  program: Program,
  engine: Engine,
  { folder = verificationFolder(), ...options }: VerifyOnceOptions = {},
): Promise<Verification> {
  const path = join(folder, `${fingerprint(program, engine)}.json`)
  const known = await readFile(path, 'utf8').then(
    text => JSON.parse(text) as Verification,
    () => null,
  )
  // A difference is looked at again: whoever mends the machine should not have to know of this
  // folder.
  if (known?.ok) return known
  const found = await verify(program, engine, options)
  if (found.ok)
    keep(path, {
      ...found,
      program: program.name,
      engine: engine.name,
      version: engine.version,
      device: engine.device,
    })
  return found
}

/** @throws UserError when an engine computes a program otherwise than plain JavaScript does */
export async function trust(
  program: Program,
  engine: Engine,
  options: VerifyOnceOptions = {},
): Promise<void> {
  const found = await verifyOnce(program, engine, options)
  if (found.ok) return
  throw new UserError(
    `engine ${engine.name} ${engine.version} on ${engine.device}`,
    `does not compute what plain JavaScript does: ${found.reason}`,
    'Name another engine with the variable TUNE_ENGINE; "tune doctor" lists them',
  )
}

/** Where it is remembered which graphs were checked. */
export function verificationFolder(): string {
  return join(envPaths('tune', { suffix: '' }).cache, 'verified')
}

function fingerprint(program: Program, engine: Engine): string {
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
    // It runs eagerly, if at all: its shapes must do.
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

function keep(path: string, result: object): void {
  try {
    replaceFileSync(path, `${JSON.stringify(result)}\n`)
  } catch {
    // A cache that cannot be written costs another check.
  }
}
