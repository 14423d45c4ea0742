import { cpus, totalmem } from 'node:os'
import { locateTfjsNode } from '../compile/engines/tensorflow-package.js'
import type { EngineName } from '../compile/index.js'
import { nvidiaGpus } from './nvidia-gpus.js'
import { checkEngine, type EngineCheck } from './check-engine.js'

/** A machine and the engines it can train with. */
export interface MachineReport {
  readonly machine: {
    readonly node: string
    readonly platform: string
    readonly processor: string
    readonly cores: number
    readonly memoryGiB: number
    readonly gpus: readonly string[]
  }
  /** In the order of the checks. */
  readonly engines: readonly EngineCheck[]
  /** The engine that trials use by default; null when none is usable. */
  readonly chosen: EngineName | null
  /** The usable engine that trains fastest; null when none is usable. */
  readonly fastest: EngineName | null
  /** How to train faster; each an imperative sentence. */
  readonly advice: readonly string[]
}

/** In the order of display. */
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
 * Checks each engine on each device, one after the other, each in its own process.
 *
 * @param automatic engines that trials use by default, in order
 * @param onCheck called before each check
 */
export async function machineReport(
  automatic: readonly EngineName[],
  onCheck: (engine: EngineName, device: string) => void = () => undefined,
): Promise<MachineReport> {
  const gpus = nvidiaGpus()
  const engines: EngineCheck[] = []
  for (const { engine, device, gpu } of candidates) {
    if (gpu && gpus.length === 0) {
      engines.push({
        engine,
        device,
        usable: false,
        reason: 'this machine has no NVIDIA GPU with a driver',
      })
      continue
    }
    onCheck(engine, device)
    const row = await checkEngine({ engine, device })
    engines.push(
      row.usable && gpu && row.device === 'cpu'
        ? {
            engine,
            device,
            usable: false,
            reason:
              'it computes on the CPU: the library is not built for GPUs. ' +
              'Run "tune backend install --gpu".',
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
    advice: speedAdvice({ engines: usable, gpus, chosen, fastest }),
  }
}

/** Two short measurements on a busy machine differ by more than a tenth. */
const WORTHWHILE_RATIO = 1.15

function speedAdvice({
  engines,
  gpus,
  chosen,
  fastest,
}: {
  engines: readonly EngineCheck[]
  gpus: readonly string[]
  chosen: string | null
  fastest: EngineCheck | null
}): string[] {
  const has = (engine: EngineName, device: string) =>
    engines.some(row => row.engine === engine && row.device === device)
  const advice: string[] = []
  const chosenSpeed = Math.max(
    ...engines.map(row => (row.usable && row.engine === chosen ? row.tokensPerSecond : 0)),
  )
  if (
    fastest?.usable &&
    fastest.engine !== chosen &&
    fastest.tokensPerSecond > WORTHWHILE_RATIO * chosenSpeed
  ) {
    const device = fastest.device === 'cpu' ? '' : ` --device ${fastest.device}`
    advice.push(
      `Run trials on ${fastest.engine}, the fastest engine here: ` +
        `tune study run NAME --engine ${fastest.engine}${device}.`,
    )
  }
  if (gpus.length > 0 && !has('tensorflow', 'cuda:0'))
    advice.push('Run "tune backend install --gpu" to train on the GPU with TensorFlow.')
  if (!locateTfjsNode() && process.platform === 'linux')
    advice.push(
      'Run "tune backend install" for TensorFlow, the fastest engine on a CPU for larger models.',
    )
  if (!has('onnxruntime', 'cpu'))
    advice.push('Run "npm install onnxruntime-node": it is many times faster than WebAssembly.')
  return advice
}
