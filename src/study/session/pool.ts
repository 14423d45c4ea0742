// Not from the room's index, which brings TensorFlow.js along: a manager never computes.
import { installOnnxruntime, locateOnnxruntime } from '../../compile/engines/onnxruntime-package.js'
import { UserError } from '../../errors.js'
import { createPool, HostDied, type Job, type JobResult } from '../../trial/index.js'
import type { DevicePool, PoolOptions } from '../../trial/pool.js'

/**
 * Device hosts with the engine that comes along. npm drops onnxruntime-node, an optional
 * dependency, where the package's install script fails, as it does without a network to NVIDIA's
 * libraries; then it is fetched once into the user's cache, without the script. Where that fails
 * too, trials run on the slower engines that are always there.
 */
export async function openPool(
  options: PoolOptions,
  note: (message: string) => void = () => undefined,
): Promise<DevicePool> {
  if (locateOnnxruntime() === null) {
    note('onnxruntime-node is not installed: fetching it once, for this and every other project')
    try {
      await installOnnxruntime()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      note(
        `it could not be fetched (${error.problem}), so trials run on WebAssembly, which ` +
          'is many times slower',
      )
    }
  }
  return createPool(options)
}

/** A job, or a trial, is given up when more device hosts than this have died under it. */
export const DEATHS_ALLOWED = 2

/** Runs a job that keeps nothing, from the start again when the process under it dies. */
export async function runAgain<J extends Exclude<Job, { kind: 'train' }>>(
  pool: DevicePool,
  job: J,
): Promise<JobResult<J>> {
  for (let deaths = 0; ;) {
    try {
      return await pool.run(job).result
    } catch (error) {
      if (!(error instanceof HostDied)) throw error
      if (++deaths > DEATHS_ALLOWED)
        throw new UserError(
          `device ${error.device}`,
          `${error.message}, ${deaths} times in a row at the same work`,
          "See what it printed in host.log in the study's folder, and free memory if it ran out",
        )
    }
  }
}

/** The result of some work, or null once `signal` is aborted; the work then goes on unobserved. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(null)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
