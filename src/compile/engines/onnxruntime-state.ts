import type { Tensor as OrtTensor } from 'onnxruntime-node'
import type { State } from '../engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../program.js'
import { checkFits, checkHost, checkSpec, resolveState } from './host.js'
import type { Mutex } from '../../util/mutex.js'
import type { Onnxruntime } from './onnxruntime-package.js'

/**
 * A named tensor that a graph reads while it writes the next value: two buffers, of which one is
 * current. The second exists from the first replacement on; frozen weights never need it.
 */
export interface Slot {
  readonly spec: TensorSpec
  current: OrtTensor
  spare: OrtTensor | null
  /** Grows with every change of the value. */
  version: number
}

export interface OrtState extends State {
  /** @throws Error when there is none of that name, or the state was disposed of */
  slot(name: string): Slot
  /** Whether it was not disposed of. */
  isLive(): boolean
}

/** @returns the slots of those names, looked up again only when the states are others */
export function slotFinder(
  program: Program,
  names: ReadonlySet<string>,
): (states: readonly OrtState[]) => ReadonlyMap<string, Slot> {
  let known: readonly OrtState[] = []
  let found: ReadonlyMap<string, Slot> | null = null
  return states => {
    if (
      found &&
      states.length === known.length &&
      states.every((state, i) => state === known[i] && state.isLive())
    )
      return found
    const slots = new Map<string, Slot>()
    for (const [name, state] of resolveState(program.name, names, states)) {
      const slot = state.slot(name)
      checkSpec(`${program.name}: state ${name}`, slot.spec, program.state[name]!)
      slots.set(name, slot)
    }
    known = states
    found = slots
    return slots
  }
}

/** @param letGo told of the slots when the state goes */
export function createState(
  ort: Onnxruntime,
  values: Named<HostTensor>,
  mutex: Mutex,
  letGo: (slots: ReadonlySet<Slot>) => void,
): OrtState {
  const slots = new Map<string, Slot>()
  for (const [name, value] of Object.entries(values)) {
    checkHost(`state ${name}`, value)
    slots.set(name, {
      spec: { shape: [...value.shape], dtype: value.dtype },
      current: toOrt(ort, value, value.data.slice()),
      spare: null,
      version: 0,
    })
  }
  const slot = (name: string): Slot => {
    const found = slots.get(name)
    if (!found)
      throw new Error(
        `no state ${name}; there are ${[...slots.keys()].join(', ') || 'none: it was disposed'}`,
      )
    return found
  }
  let live = true
  return {
    names: [...slots.keys()],
    slot,
    isLive: () => live,
    read: (names = [...slots.keys()]) =>
      mutex.run(() =>
        Promise.resolve(
          Object.fromEntries(
            names.map(name => {
              const { spec, current } = slot(name)
              return [name, { ...spec, data: dataOf(current).slice() }]
            }),
          ),
        ),
      ),
    write: next =>
      mutex.run(() => {
        for (const [name, value] of Object.entries(next))
          checkFits(`state ${name}`, value, slot(name).spec)
        for (const [name, value] of Object.entries(next)) {
          dataOf(slot(name).current).set(value.data)
          slot(name).version++
        }
        return Promise.resolve()
      }),
    dispose: () => {
      letGo(new Set(slots.values()))
      slots.clear()
      live = false
    },
  }
}

/** @returns the buffer that a slot's next value goes into */
export function spareOf(ort: Onnxruntime, slot: Slot): OrtTensor {
  slot.spare ??= toOrt(ort, slot.spec, dataOf(slot.current).slice())
  return slot.spare
}

/** The spare buffer has the next value. */
export function swap(slot: Slot): void {
  const written = slot.spare!
  slot.spare = slot.current
  slot.current = written
  slot.version++
}

export function toOrt(
  ort: Onnxruntime,
  { dtype, shape }: TensorSpec,
  data: HostTensor['data'],
): OrtTensor {
  return dtype === 'float32'
    ? new ort.Tensor('float32', data as Float32Array, shape)
    : new ort.Tensor('int32', data as Int32Array, shape)
}

export function toHost(tensor: OrtTensor): HostTensor {
  return {
    shape: [...tensor.dims],
    dtype: tensor.type as HostTensor['dtype'],
    data: dataOf(tensor),
  }
}

export function dataOf(tensor: OrtTensor): HostTensor['data'] {
  return tensor.data as HostTensor['data']
}
