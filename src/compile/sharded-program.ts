import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { optional } from '../util/optional.js'
import type { Named, Program, Sharding, TensorSpec } from './program.js'
import { mapNamed } from './trace/trace.js'

export interface ShardedProgramSpec extends Pick<Program, 'name' | 'state' | 'inputs' | 'sample'> {
  readonly shardCount: number
  /** Inputs that are divided along their first axis, whose length is a multiple of `shardCount`. */
  readonly shardedInputs: readonly string[]
  /** Specs of what `shardSums` returns, float32. */
  readonly sums: Named<TensorSpec>
  /** Computes one shard. @param inputs with the shard's slice of each sharded input */
  shardSums(state: Named<Tensor>, inputs: Named<Tensor>): Named<Tensor>
  /** @param inputs those that are not sharded @param sums over all shards */
  finish(
    state: Named<Tensor>,
    inputs: Named<Tensor>,
    sums: Named<Tensor>,
  ): ReturnType<Program['body']>
}

/**
 * A program that sums over shards of its inputs, as a batch's gradient sums over its rows, and then
 * uses the sums. Threads that compute a shard each synchronize once per call; threads that share
 * every operation synchronize a thousand times.
 *
 * @throws Error when an input cannot be divided into `shardCount` equal shards
 */
export function shardedProgram(spec: ShardedProgramSpec): Program {
  const { name, state, inputs, shardCount, sample } = spec
  const shardInputs = mapNamed(inputs, (input, inputName) =>
    spec.shardedInputs.includes(inputName) ? shardSpec(name, inputName, input, shardCount) : input,
  )
  return {
    name,
    state,
    inputs,
    body: (state, inputs) => spec.finish(state, inputs, sumOverShards(spec, state, inputs)),
    ...optional({
      sample,
      sharding: shardCount === 1 ? undefined : sharding(spec, shardInputs),
    }),
  }
}

function sharding(spec: ShardedProgramSpec, shardInputs: Named<TensorSpec>): Sharding {
  const { name, state, inputs, shardCount, shardedInputs, sums } = spec
  const commonInputs = Object.fromEntries(
    Object.entries(inputs).filter(([input]) => !shardedInputs.includes(input)),
  )
  return {
    shardCount,
    shardedInputs,
    shard: {
      name: `${name}, one shard`,
      state,
      inputs: shardInputs,
      body: (state, inputs) => ({ outputs: spec.shardSums(state, inputs) }),
    },
    finish: {
      name: `${name}, after the shards`,
      state,
      inputs: { ...commonInputs, ...sums },
      body: (state, inputs) => spec.finish(state, inputs, inputs),
    },
  }
}

function sumOverShards(
  spec: ShardedProgramSpec,
  state: Named<Tensor>,
  inputs: Named<Tensor>,
): Named<Tensor> {
  const { shardCount, shardedInputs } = spec
  const shards = Array.from({ length: shardCount }, (_, index) =>
    spec.shardSums(
      state,
      shardCount === 1
        ? inputs
        : mapNamed(inputs, (tensor, name) =>
            shardedInputs.includes(name) ? sliceShard(tensor, index, shardCount) : tensor,
          ),
    ),
  )
  return mapNamed(shards[0]!, (_, name) =>
    shards.map(values => values[name]!).reduce((total, value) => tf.add(total, value)),
  )
}

function shardSpec(
  program: string,
  input: string,
  { shape: [length, ...others], dtype }: TensorSpec,
  shardCount: number,
): TensorSpec {
  if (length === undefined || length % shardCount !== 0)
    throw new Error(`${program}: input ${input} cannot be divided into ${shardCount} equal shards`)
  return { shape: [length / shardCount, ...others], dtype }
}

function sliceShard(tensor: Tensor, index: number, shardCount: number): Tensor {
  const [length, ...others] = tensor.shape as [number, ...number[]]
  const size = length / shardCount
  return tf.slice(tensor, [index * size, ...others.map(() => 0)], [size, ...others])
}
