import { cpus, totalmem } from 'node:os'
import { locateTfjsNode } from '../compile/engines/tensorflow-package.js'
import type { EngineName } from '../compile/index.js'
import { nvidiaGpus } from './gpus.js'
import { tryEngine, type EngineTrial } from './try-engine.js'

/** What a machine can train with. */
export interface Examination {
  readonly machine: {
    readonly node: string
    readonly platform: string
    readonly processor: string
    readonly cores: number
    readonly memoryGiB: number
    readonly gpus: readonly string[]
  }
  /** In the order tried. */
  readonly engines: readonly EngineTrial[]
  /** What trials run on unless told otherwise; null when nothing works. */
  readonly chosen: EngineName | null
  /** The usable one that trains fastest; null when nothing works. */
  readonly fastest: EngineName | null
  /** What to do for more speed, each an imperative sentence. */
  readonly advice: readonly string[]
}

/** Engines on devices, in the order in which they are shown. */
const candidates: readonly {
  readonly engine: EngineName
  readonly device: string
  readonly gpu?: true
}[] = [
  { engine: 'tensorflow', device: 'cuda:0', gpu: true },
  { engine: 'onnxruntime-cuda', device: 'cuda:0', gpu: true },
  { engine: 'onnxruntime-webgpu', device: 'webgpu' },
  { engine: 'tensorflow', device: 'cpu' },
  { engine: 'onnxruntime', device: 'cpu' },
  { engine: 'tfjs-tensorflow', device: 'cpu' },
  { engine: 'tfjs-wasm', device: 'cpu' },
  { engine: 'tfjs-cpu', device: 'cpu' },
]

/**
 * Tries each engine on each device, one after the other, each in a process of its own.
 *
 * @param onTry told what is about to be tried
 */
export async function examine(
  automatic: readonly EngineName[],
  onTry: (engine: EngineName, device: string) => void = () => undefined,
): Promise<Examination> {
  const gpus = nvidiaGpus()
  const engines: EngineTrial[] = []
  for (const { engine, device, gpu } of candidates) {
    if (gpu && gpus.length === 0) {
      engines.push({
        engine,
        device,
        usable: false,
        reason: 'no NVIDIA GPU with a driver is to be seen on this machine',
      })
      continue
    }
    onTry(engine, device)
    const row = await tryEngine({ engine, device })
    engines.push(
      row.usable && gpu && row.device === 'cpu'
        ? {
            engine,
            device,
            usable: false,
            reason: `it computes on the CPU: the library is not made for GPUs. Run "tune backend install --gpu".`,
          }
        : row,
    )
  }
  const usable = engines.filter(row => row.usable)
  const chosen = automatic.find(name => usable.some(({ engine }) => engine === name)) ?? null
  const fastest = usable.reduce<(typeof usable)[number] | null>(
    (best, row) => (best && best.tokensPerSecond >= row.tokensPerSecond ? best : row),
    null,
  )
  return {
    machine: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      gpus,
    },
    engines,
    chosen,
    fastest: fastest?.engine ?? null,
    advice: adviceOn({ engines: usable, gpus, chosen, fastest }),
  }
}

/** Two short measurements on a machine in use differ by more than a tenth. */
const CLEARLY = 1.15

function adviceOn({
  engines,
  gpus,
  chosen,
  fastest,
}: {
  engines: readonly EngineTrial[]
  gpus: readonly string[]
  chosen: string | null
  fastest: EngineTrial | null
}): string[] {
  const has = (engine: EngineName, device: string) =>
    engines.some(row => row.engine === engine && row.device === device)
  const advice: string[] = []
  const now = Math.max(
    ...engines.map(row => (row.usable && row.engine === chosen ? row.tokensPerSecond : 0)),
  )
  if (fastest?.usable && fastest.engine !== chosen && fastest.tokensPerSecond > CLEARLY * now) {
    advice.push(
      `Run trials on ${fastest.engine}, the fastest here: tune study run NAME --engine ${fastest.engine}${fastest.device === 'cpu' ? '' : ` --device ${fastest.device}`}.`,
    )
  }
  if (gpus.length > 0 && !has('tensorflow', 'cuda:0'))
    advice.push('Run "tune backend install --gpu" to train on the GPU with TensorFlow.')
  if (!locateTfjsNode() && process.platform === 'linux')
    advice.push(
      'Run "tune backend install" to get TensorFlow\'s library, on a CPU the fastest engine for models of some size.',
    )
  if (!has('onnxruntime', 'cpu'))
    advice.push('Run "npm install onnxruntime-node": it is many times faster than WebAssembly.')
  return advice
}
