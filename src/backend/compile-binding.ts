import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UserError } from '../errors.js'
import { findProgram, errorSummary, runCommand } from './run-command.js'
import { installRemedy } from './find-python.js'
import { diskFullError } from './tensorflow-wheel.js'

/**
 * Version of Node-API that the binding is compiled for: the newest in tfjs-node's package.json.
 */
const nodeApi = 8

/** @throws UserError when there is none */
export function findCompiler(): string {
  const compiler = process.env['CXX'] ?? findProgram('g++', 'c++', 'clang++')
  if (!compiler)
    throw new UserError(
      'g++',
      "was not found on PATH; tfjs-node's binding is compiled against the library",
      installRemedy('g++'),
    )
  return compiler
}

/**
 * Compiles tfjs-node's binding against a TensorFlow in `site`, with the library's path relative to
 * the binding.
 *
 * @param folder of the package @tensorflow/tfjs-node-gpu
 * @param headers folder of node_api.h
 * @throws UserError with the compiler's first error
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
      'its wheel has no libtensorflow_cc and libtensorflow_framework ' +
        `for ${process.platform} ${process.arch}`,
      'Use the engine onnxruntime',
    )
  const cuda = await cudaLibraries(join(site, 'nvidia'))
  await mkdir(out, { recursive: true })
  const result = await runCommand(compiler, [
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
    // TensorFlow opens CUDA's libraries by name, which finds those that are loaded already.
    ...(cuda.length > 0 ? ['-Wl,--no-as-needed', ...cuda.map(({ path }) => path)] : []),
    ...[...new Set([tensorflow, ...cuda.map(({ folder }) => folder)])].map(
      libraryFolder => `-Wl,-rpath,$ORIGIN/${relative(out, libraryFolder)}`,
    ),
  ])
  if (result.code === 0) return
  throw (
    diskFullError(result) ??
    new UserError(
      "tfjs-node's binding",
      `did not compile with ${compiler}: ${firstError(result.errors) ?? errorSummary(result)}`,
      'Use g++ 9 or newer (CXX=/path/to/g++ names one), then run this again',
    )
  )
}

async function cudaLibraries(
  nvidia: string,
): Promise<{ readonly path: string; readonly folder: string }[]> {
  const packages = await readdir(nvidia).catch(() => [])
  const libraries = await Promise.all(
    packages.map(async name => {
      const folder = join(nvidia, name, 'lib')
      const names = await readdir(folder).catch(() => [])
      return names
        .filter(name => cudaLibraryName.test(name))
        .map(name => ({ path: join(folder, name), folder }))
    }),
  )
  return libraries.flat()
}

/** The libraries that TensorFlow opens; these open others in their folders. */
const cudaLibraryName =
  /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|cudnn|nccl|cupti|nvJitLink)\.so\.\d+$/

function firstError(errors: string): string | undefined {
  return errors
    .split('\n')
    .find(line => / (fatal )?error: /.test(line))
    ?.trim()
}
