import { installOnnxruntime, locateOnnxruntime } from '../compile/index.js'
import { UserError } from '../errors.js'
import { createPool } from '../trial/index.js'
import type { DevicePool, PoolOptions } from '../trial/pool.js'

/**
 * Device hosts with the engine that comes along. npm drops onnxruntime-node, an optional dependency, where the package's install
 * script fails, as it does without a network to NVIDIA's libraries; then it is fetched once into the user's cache, without the script.
 * Where that fails too, trials run on the slower engines that are always there.
 */
export async function openPool(options: PoolOptions, note: (message: string) => void = () => undefined): Promise<DevicePool> {
  if (locateOnnxruntime() === null) {
    note('onnxruntime-node is not installed: fetching it once, for this and every other project')
    try {
      await installOnnxruntime()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      note(`it could not be fetched (${error.problem}), so trials run on WebAssembly, which is many times slower`)
    }
  }
  return createPool(options)
}
