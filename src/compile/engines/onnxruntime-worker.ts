// A thread that computes shards of programs beside the engine's own: it has its own sessions and
// copies of the state that they read.
import { parentPort } from 'node:worker_threads'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { HostTensor, Named } from '../program.js'
import { mapNamed } from '../trace/trace.js'
import { loadOnnxruntime } from './onnxruntime-package.js'
import { sessionOptions } from './onnxruntime-sessions.js'
import { toHost, toOrt } from './onnxruntime-tensors.js'
import type {
  LoadRequest,
  RunRequest,
  WorkerRequest,
  WorkerResponse,
} from './onnxruntime-workers.js'
import { sumShards } from './shards.js'

const port = parentPort!
const graphs = new Map<number, LoadRequest>()
const sessions = new Map<number, InferenceSession>()
const buffers = new Map<number, OrtTensor>()
let lastRequest: Promise<void> = Promise.resolve()

port.on('message', (request: WorkerRequest) => {
  lastRequest = lastRequest.then(() => handle(request))
})

async function handle(request: WorkerRequest): Promise<void> {
  switch (request.type) {
    case 'load':
      graphs.set(request.graph, request)
      return
    case 'unload':
      graphs.delete(request.graph)
      await sessions.get(request.graph)?.release()
      sessions.delete(request.graph)
      return
    case 'release':
      for (const buffer of request.buffers) buffers.delete(buffer)
      return
    case 'run':
      return respond(request)
  }
}

async function respond(request: RunRequest): Promise<void> {
  const { call } = request
  let response: WorkerResponse
  let transfer: ArrayBuffer[] = []
  try {
    const sums = await run(request)
    response = { call, sums }
    transfer = Object.values(sums).map(({ data }) => data.buffer as ArrayBuffer)
  } catch (error) {
    response = { call, error: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(response, transfer)
}

async function run(request: RunRequest): Promise<Record<string, HostTensor>> {
  const { ort } = await loadOnnxruntime()
  for (const [buffer, value] of request.changes) buffers.set(buffer, toOrt(ort, value, value.data))
  const { bytes, feeds, fetches, threads } = graphs.get(request.graph)!
  const session =
    sessions.get(request.graph) ??
    (await ort.InferenceSession.create(bytes, sessionOptions(threads)))
  sessions.set(request.graph, session)
  const runShard = async (inputs: Named<HostTensor>): Promise<Named<HostTensor>> => {
    const results = await session.run(
      mapNamed(feeds, ({ kind, name }) =>
        kind === 'state'
          ? buffers.get(request.buffers[name]!)!
          : toOrt(ort, inputs[name]!, inputs[name]!.data),
      ),
      Object.keys(fetches),
    )
    return Object.fromEntries(
      Object.entries(fetches).map(([key, { name }]) => [name, toHost(results[key]!)]),
    )
  }
  return sumShards(request.shards, runShard)
}
