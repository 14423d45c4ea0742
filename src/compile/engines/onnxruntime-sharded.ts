import { elementCount } from '../../util/element-count.js'
import { emitOnnx } from '../onnx/emit.js'
import { contribKernels } from '../onnx/kernels/contrib.js'
import type { HostTensor, Named, Program, Sharding, TensorSpec } from '../program.js'
import { trace } from '../trace/trace.js'
import { checkHostTensor } from './host-tensors.js'
import { ProgramExecution, namesOfKind } from './onnxruntime-execution.js'
import type { EngineResources } from './onnxruntime-execution.js'
import { BufferLookup } from './onnxruntime-state.js'
import type { OrtState } from './onnxruntime-state.js'
import type { Execution } from './serial-runnable.js'
import { addInPlace, splitInputs, sumShards } from './shards.js'

/**
 * Bytes that the workers' copies of state and of sums may take: at dim 576, 264 MB more gained
 * nothing.
 */
const MAX_COPY_BYTES = 2 ** 27

/**
 * A sharded program: this thread computes its shards one after the other while the workers compute
 * theirs, then finishes. The activations of one shard take half the memory of two.
 */
export class ShardedExecution implements Execution<OrtState> {
  readonly #program: Program
  readonly #sharding: Sharding
  readonly #workers: EngineResources['workers']
  /** This one and the workers'. */
  readonly #threadCount: number
  readonly #shard: ProgramExecution
  readonly #finish: ProgramExecution
  /** The workers' id of the shard's graph. */
  readonly #graph: number
  readonly #buffers: BufferLookup

  constructor(program: Program, sharding: Sharding, resources: EngineResources) {
    const { shardCount, shard, finish } = sharding
    this.#program = program
    this.#sharding = sharding
    this.#workers = resources.workers
    const { bytes, feeds, fetches } = emitOnnx(trace(shard, contribKernels))
    const stateNames = namesOfKind('state', feeds)
    const copyBytes = totalBytes([
      ...stateNames.map(name => shard.state[name]!),
      ...Object.values(finish.inputs),
    ])
    this.#threadCount = Math.min(
      shardCount,
      resources.threads,
      1 + Math.floor(MAX_COPY_BYTES / copyBytes),
    )
    const threads = Math.floor(resources.threads / this.#threadCount)
    this.#shard = new ProgramExecution(shard, { ...resources, threads })
    this.#finish = new ProgramExecution(finish, resources)
    this.#graph = this.#workers.load({ bytes, feeds, fetches, threads })
    this.#buffers = new BufferLookup(program, new Set(stateNames))
  }

  async run(states: readonly OrtState[], inputs: Named<HostTensor>): Promise<Named<HostTensor>> {
    for (const [name, spec] of Object.entries(this.#program.inputs))
      checkHostTensor(`${this.#program.name}: input ${name}`, inputs[name], spec)
    const shards = splitInputs(this.#sharding, inputs)
    const buffers = this.#buffers.find(states)
    const workerCalls = Array.from({ length: this.#threadCount - 1 }, (_, worker) =>
      this.#workers.run(worker, this.#graph, buffers, this.#shardsOfThread(worker + 1, shards)),
    )
    // A failure here must not leave a worker computing on what the next call is about.
    const [ownResult, ...workerResults] = await Promise.allSettled([
      sumShards(this.#shardsOfThread(0, shards), inputs => this.#shard.run(states, inputs)),
      ...workerCalls,
    ])
    const sums = fulfilled(ownResult)
    for (const workerSums of workerResults.map(fulfilled)) {
      addInPlace(sums, workerSums)
      this.#workers.recycle(workerSums)
    }
    return this.#finish.run(states, { ...inputs, ...sums })
  }

  async dispose(): Promise<void> {
    this.#workers.unload(this.#graph)
    await this.#shard.dispose()
    await this.#finish.dispose()
  }

  #shardsOfThread<T>(thread: number, shards: readonly T[]): T[] {
    const bound = (i: number): number => Math.floor((i * shards.length) / this.#threadCount)
    return shards.slice(bound(thread), bound(thread + 1))
  }
}

function totalBytes(specs: readonly TensorSpec[]): number {
  return specs.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0)
}

function fulfilled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}
