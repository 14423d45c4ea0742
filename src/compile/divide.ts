import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Named, Program, TensorSpec } from './program.js'
import { mapNamed } from './trace/trace.js'

export interface Division extends Pick<Program, 'name' | 'state' | 'inputs' | 'sample'> {
  readonly parts: number
  /** Inputs that are divided along their first axis, whose length is a multiple of `parts`. */
  readonly cut: readonly string[]
  /** What `sumsOf` gives, float32. */
  readonly sums: Named<TensorSpec>
  /** Of one part: state, and inputs of which those to be cut are a part of the whole. */
  sumsOf(state: Named<Tensor>, inputs: Named<Tensor>): Named<Tensor>
  /** @param inputs those that aren't cut @param sums over all parts */
  rest(
    state: Named<Tensor>,
    inputs: Named<Tensor>,
    sums: Named<Tensor>,
  ): ReturnType<Program['body']>
}

/**
 * A program that is a sum over parts of its inputs, as a batch's gradient is over its rows, and
 * something done with it. Threads that take a part each wait for each other once a call; threads
 * that share every operation, a thousand times.
 *
 * @throws Error when an input doesn't fall into so many parts
 */
export function dividedProgram({
  name,
  state,
  inputs,
  parts,
  cut,
  sums,
  sumsOf,
  rest,
  sample,
}: Division): Program {
  const partInputs = mapNamed(inputs, (spec, input) =>
    cut.includes(input) ? partOf(name, input, spec, parts) : spec,
  )
  const uncut = Object.fromEntries(Object.entries(inputs).filter(([input]) => !cut.includes(input)))
  const whole: Program = {
    name,
    state,
    inputs,
    body(state, inputs) {
      const each = Array.from({ length: parts }, (_, part) =>
        sumsOf(
          state,
          parts === 1
            ? inputs
            : mapNamed(inputs, (tensor, input) =>
                cut.includes(input) ? share(tensor, part, parts) : tensor,
              ),
        ),
      )
      return rest(
        state,
        inputs,
        mapNamed(each[0]!, (_, sum) =>
          each.map(values => values[sum]!).reduce((total, value) => tf.add(total, value)),
        ),
      )
    },
    ...(sample ? { sample } : {}),
  }
  if (parts === 1) return whole
  return {
    ...whole,
    divided: {
      parts,
      cut,
      part: {
        name: `${name}, a part`,
        state,
        inputs: partInputs,
        body: (state, inputs) => ({ outputs: sumsOf(state, inputs) }),
      },
      rest: {
        name: `${name}, the rest`,
        state,
        inputs: { ...uncut, ...sums },
        body: (state, inputs) => rest(state, inputs, inputs),
      },
    },
  }
}

function partOf(
  program: string,
  input: string,
  { shape: [length, ...others], dtype }: TensorSpec,
  parts: number,
): TensorSpec {
  if (length === undefined || length % parts !== 0)
    throw new Error(`${program}: input ${input} does not fall into ${parts} equal parts`)
  return { shape: [length / parts, ...others], dtype }
}

function share(tensor: Tensor, part: number, parts: number): Tensor {
  const [length, ...others] = tensor.shape as [number, ...number[]]
  const size = length / parts
  return tf.slice(tensor, [part * size, ...others.map(() => 0)], [size, ...others])
}
