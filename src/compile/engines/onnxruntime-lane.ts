// A thread that computes parts of programs beside the engine's own: it has sessions and a copy of
// the state that they read.
import { parentPort } from 'node:worker_threads'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { HostTensor } from '../program.js'
import { mapNamed } from '../trace/trace.js'
import type { Answer, Loading, Order, Running } from './onnxruntime-lanes.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import { sessionOptions } from './onnxruntime-sessions.js'
import { toHost, toOrt } from './onnxruntime-state.js'
import { sumShards } from './shards.js'

const port = parentPort!
const graphs = new Map<number, Loading>()
const sessions = new Map<number, InferenceSession>()
const held = new Map<number, OrtTensor>()
let last: Promise<void> = Promise.resolve()

port.on('message', (order: Order) => {
  last = last.then(() => follow(order))
})

async function follow(order: Order): Promise<void> {
  switch (order.type) {
    case 'load':
      graphs.set(order.id, order)
      return
    case 'unload':
      graphs.delete(order.id)
      await sessions.get(order.id)?.release()
      sessions.delete(order.id)
      return
    case 'forget':
      for (const slot of order.slots) held.delete(slot)
      return
    case 'run':
      return answer(order)
  }
}

async function answer(order: Running): Promise<void> {
  let reply: Answer
  try {
    reply = { call: order.call, sums: await run(order) }
  } catch (error) {
    reply = { call: order.call, error: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(
    reply,
    'sums' in reply ? Object.values(reply.sums).map(({ data }) => data.buffer as ArrayBuffer) : [],
  )
}

async function run({ id, slots, changed, parts }: Running): Promise<Record<string, HostTensor>> {
  const { ort } = await loadOnnxruntime()
  for (const [slot, value] of changed) held.set(slot, toOrt(ort, value, value.data))
  const { bytes, feeds, fetches, threads } = graphs.get(id)!
  const session =
    sessions.get(id) ?? (await ort.InferenceSession.create(bytes, sessionOptions(threads)))
  sessions.set(id, session)
  return sumShards(parts, async inputs => {
    const results = await session.run(
      mapNamed(feeds, ({ kind, name }) =>
        kind === 'state' ? held.get(slots[name]!)! : toOrt(ort, inputs[name]!, inputs[name]!.data),
      ),
      Object.keys(fetches),
    )
    return Object.fromEntries(
      Object.entries(fetches).map(([key, { name }]) => [name, toHost(results[key]!)]),
    )
  })
}
