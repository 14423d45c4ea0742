import type { Tensor as OrtTensor } from 'onnxruntime-node'
import type { Mutex } from '../../util/mutex.js'
import type { State } from '../engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { checkData, checkHostTensor, checkSpec, stateOwners } from './host-tensors.js'
import type { Onnxruntime } from './onnxruntime-package.js'
import { tensorData, toOrt } from './onnxruntime-tensors.js'
import { StateEntries } from './state-entries.js'

/**
 * A tensor of a state that a graph reads while it writes the next value: two buffers, of which one
 * is current. The second is allocated for the first replacement; frozen weights never need it.
 */
export class StateBuffer {
  readonly spec: TensorSpec
  readonly #ort: Onnxruntime
  #current: OrtTensor
  #next: OrtTensor | null = null
  #version = 0

  /** @param value copied */
  constructor(ort: Onnxruntime, value: HostTensor) {
    this.#ort = ort
    this.spec = { shape: [...value.shape], dtype: value.dtype }
    this.#current = toOrt(ort, value, value.data.slice())
  }

  get current(): OrtTensor {
    return this.#current
  }

  /** The current data, not a copy. Call `markWritten` after writing to it. */
  get data(): HostTensor['data'] {
    return tensorData(this.#current)
  }

  /** Grows with every change of the value. */
  get version(): number {
    return this.#version
  }

  /** The buffer for the next value. */
  get next(): OrtTensor {
    this.#next ??= toOrt(this.#ort, this.spec, this.data.slice())
    return this.#next
  }

  /** Makes `next` the current value, and the current buffer the one for the value after it. */
  swap(): void {
    const written = this.next
    this.#next = this.#current
    this.#current = written
    this.#version++
  }

  write(data: HostTensor['data']): void {
    this.data.set(data)
    this.#version++
  }

  markWritten(): void {
    this.#version++
  }
}

export class OrtState implements State {
  readonly #buffers: StateEntries<StateBuffer>
  readonly #mutex: Mutex
  readonly #onDispose: (buffers: ReadonlySet<StateBuffer>) => void
  #disposed = false

  /** @param onDispose called with the buffers of the disposed state */
  constructor(
    ort: Onnxruntime,
    values: Named<HostTensor>,
    mutex: Mutex,
    onDispose: (buffers: ReadonlySet<StateBuffer>) => void,
  ) {
    this.#mutex = mutex
    this.#onDispose = onDispose
    this.#buffers = new StateEntries(
      Object.entries(values).map(([name, value]) => {
        checkData(`state ${name}`, value)
        return [name, new StateBuffer(ort, value)] as const
      }),
    )
  }

  get names(): readonly string[] {
    return this.#buffers.names
  }

  get isDisposed(): boolean {
    return this.#disposed
  }

  /** @throws Error when there is none of that name, or the state was disposed */
  buffer(name: string): StateBuffer {
    return this.#buffers.get(name)
  }

  read(names: readonly string[] = this.names): Promise<Named<HostTensor>> {
    return this.#mutex.run(() =>
      Object.fromEntries(
        names.map(name => {
          const { spec, data } = this.buffer(name)
          return [name, { ...spec, data: data.slice() }]
        }),
      ),
    )
  }

  write(values: Named<HostTensor>): Promise<void> {
    return this.#mutex.run(() => {
      for (const [name, value] of Object.entries(values))
        checkHostTensor(`state ${name}`, value, this.buffer(name).spec)
      for (const [name, value] of Object.entries(values)) this.buffer(name).write(value.data)
    })
  }

  dispose(): void {
    this.#onDispose(new Set(this.#buffers.clear()))
    this.#disposed = true
  }
}

/** Finds a program's buffers in the states of a call, again only when the states are others. */
export class BufferLookup {
  readonly #program: Program
  readonly #names: ReadonlySet<string>
  #states: readonly OrtState[] = []
  #buffers: ReadonlyMap<string, StateBuffer> | null = null

  constructor(program: Program, names: ReadonlySet<string>) {
    this.#program = program
    this.#names = names
  }

  /** @throws Error when a name is in no state, or a state was disposed or has another spec */
  find(states: readonly OrtState[]): ReadonlyMap<string, StateBuffer> {
    if (this.#buffers && this.#isLastLookup(states)) return this.#buffers
    const { name: program, state: specs } = this.#program
    const buffers = new Map<string, StateBuffer>()
    for (const [name, state] of stateOwners(program, this.#names, states)) {
      const buffer = state.buffer(name)
      checkSpec(`${program}: state ${name}`, buffer.spec, specs[name]!)
      buffers.set(name, buffer)
    }
    this.#states = states
    this.#buffers = buffers
    return buffers
  }

  #isLastLookup(states: readonly OrtState[]): boolean {
    return (
      states.length === this.#states.length &&
      states.every((state, i) => state === this.#states[i] && !state.isDisposed)
    )
  }
}
