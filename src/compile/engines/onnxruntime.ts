import { Mutex } from '../../util/mutex.js'
import type { Engine, EngineOptions, Runnable, State } from '../engine.js'
import type { HostTensor, Named, Program } from '../program.js'
import { UpdateCompiler } from '../update/update-runner.js'
import { ProgramExecution } from './onnxruntime-execution.js'
import type { EngineResources } from './onnxruntime-execution.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import type { Onnxruntime } from './onnxruntime-package.js'
import { ScratchTensors } from './onnxruntime-scratch.js'
import { ShardedExecution } from './onnxruntime-sharded.js'
import { OrtState } from './onnxruntime-state.js'
import type { StateBuffer } from './onnxruntime-state.js'
import { ShardWorkers } from './onnxruntime-workers.js'
import { SerialRunnable } from './serial-runnable.js'

/**
 * Positions of a shard at least. Of 8 x 128 in two threads a step at dim 64 is a fifth faster, of
 * 8 x 32 a tenth slower.
 */
const MIN_SHARD_POSITIONS = 256

/**
 * Programs as ONNX graphs in onnxruntime, on the CPU.
 *
 * Equal runs give equal bits. Programs are traced when they are loaded; the first run opens their
 * sessions.
 *
 * @throws UserError when onnxruntime-node isn't installed or doesn't load
 */
export async function createOnnxruntimeEngine({ threads }: EngineOptions): Promise<Engine> {
  const { ort, version } = await loadOnnxruntime()
  return new OnnxruntimeEngine(ort, version, threads)
}

class OnnxruntimeEngine implements Engine {
  readonly name = 'onnxruntime'
  readonly device = 'cpu'
  readonly version: string
  readonly #mutex = new Mutex()
  readonly #resources: EngineResources
  readonly #runnables = new Set<Runnable>()

  constructor(ort: Onnxruntime, version: string, threads: number) {
    this.version = version
    this.#resources = {
      ort,
      threads,
      scratch: new ScratchTensors(ort),
      updateCompiler: new UpdateCompiler(),
      sessions: new Set(),
      workers: new ShardWorkers(),
    }
  }

  shardCount(positions: number): number {
    const maxShards = Math.max(2, this.#resources.threads)
    return Math.max(1, Math.min(maxShards, Math.floor(positions / MIN_SHARD_POSITIONS)))
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- errors must be rejections
  async createState(values: Named<HostTensor>): Promise<State> {
    return new OrtState(this.#resources.ort, values, this.#mutex, buffers => {
      void this.#mutex.run(() => this.#releaseBuffers(buffers))
    })
  }

  load(programs: readonly Program[]): Promise<readonly Runnable[]> {
    return this.#mutex.run(() => programs.map(program => this.#createRunnable(program)))
  }

  dispose(): Promise<void> {
    return this.#mutex.run(async () => {
      for (const runnable of this.#runnables) runnable.dispose()
      this.#runnables.clear()
      await this.#resources.workers.dispose()
    })
  }

  #createRunnable(program: Program): Runnable {
    const execution = program.sharding
      ? new ShardedExecution(program, program.sharding, this.#resources)
      : new ProgramExecution(program, this.#resources)
    const runnable = new SerialRunnable(program, this.#mutex, execution)
    this.#runnables.add(runnable)
    return runnable
  }

  async #releaseBuffers(buffers: ReadonlySet<StateBuffer>): Promise<void> {
    this.#resources.workers.releaseBuffers(buffers)
    for (const sessions of this.#resources.sessions) await sessions.releaseBuffers(buffers)
  }
}
