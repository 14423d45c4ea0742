import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UserError } from '../errors.js'
import { findProgram, lastWords, runCommand } from './command.js'
import { installs } from './python.js'
import { diskFull } from './wheel.js'

/**
 * Version of Node-API that the binding is compiled for: the newest that tfjs-node's package.json
 * names.
 */
const nodeApi = 8

/** @throws UserError when there is none */
export function findCompiler(): string {
  const compiler = process.env['CXX'] ?? findProgram('g++', 'c++', 'clang++')
  if (!compiler)
    throw new UserError(
      'g++',
      "was not found on PATH; tfjs-node's binding is compiled against the library",
      installs('g++'),
    )
  return compiler
}

/**
 * Compiles tfjs-node's binding against a TensorFlow in `site`, so that it finds the library by its
 * own place.
 *
 * @param folder of the package @tensorflow/tfjs-node-gpu
 * @param headers folder of node_api.h
 * @throws UserError with the compiler's complaint
 */
export async function compileBinding(
  compiler: string,
  folder: string,
  headers: string,
  site: string,
): Promise<void> {
  const out = join(folder, `lib/napi-v${nodeApi}`)
  const tensorflow = join(site, 'tensorflow')
  const libraries = (await readdir(tensorflow)).filter(name =>
    /^libtensorflow_(cc|framework)\.so/.test(name),
  )
  if (libraries.length === 0)
    throw new UserError(
      'TensorFlow',
      `its wheel holds no libtensorflow_cc and libtensorflow_framework for ${process.platform} ${process.arch}`,
      'Use the engine onnxruntime',
    )
  const cuda = await cudaLibraries(join(site, 'nvidia'))
  await mkdir(out, { recursive: true })
  const ended = await runCommand(compiler, [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    `-DNAPI_VERSION=${nodeApi}`,
    `-I${headers}`,
    `-I${join(tensorflow, 'include')}`,
    `-I${folder}`,
    `-I${join(folder, 'binding')}`,
    `-I${join(folder, '..')}`,
    join(folder, 'binding/tfjs_backend.cc'),
    join(folder, 'binding/tfjs_binding.cc'),
    '-o',
    join(out, 'tfjs_binding.node'),
    ...libraries.map(name => join(tensorflow, name)),
    // TensorFlow opens CUDA's libraries by name alone; those that the binding has brought in
    // already are found so.
    ...(cuda.length > 0 ? ['-Wl,--no-as-needed', ...cuda.map(({ path }) => path)] : []),
    ...[...new Set([tensorflow, ...cuda.map(({ folder: place }) => place)])].map(
      place => `-Wl,-rpath,$ORIGIN/${relative(out, place)}`,
    ),
  ])
  if (ended.code === 0) return
  throw (
    diskFull(ended) ??
    new UserError(
      "tfjs-node's binding",
      `did not compile with ${compiler}: ${firstError(ended.errors) ?? lastWords(ended)}`,
      'Use g++ 9 or newer (CXX=/path/to/g++ names one), then run this again',
    )
  )
}

async function cudaLibraries(
  nvidia: string,
): Promise<{ readonly path: string; readonly folder: string }[]> {
  const parts = await readdir(nvidia).catch(() => [])
  const found = await Promise.all(
    parts.map(async part => {
      const folder = join(nvidia, part, 'lib')
      const names = await readdir(folder).catch(() => [])
      return names
        .filter(name => opened.test(name))
        .map(name => ({ path: join(folder, name), folder }))
    }),
  )
  return found.flat()
}

/** What TensorFlow opens; parts of these open their own neighbours. */
const opened =
  /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|cudnn|nccl|cupti|nvJitLink)\.so\.\d+$/

function firstError(errors: string): string | undefined {
  return errors
    .split('\n')
    .find(line => / (fatal )?error: /.test(line))
    ?.trim()
}
