import { availableParallelism } from 'node:os'
import { UserError } from '../errors.js'

/** CPU threads for each job when `jobs` run side by side on this machine. */
export function threadsPerSlot(jobs: number): number {
  return Math.max(1, Math.floor(availableParallelism() / jobs))
}

/**
 * Whether one job at a time may run on each of these devices: onnxruntime's WebGPU is not made for
 * several threads of a process.
 */
export function needsSingleSlot(
  devices: readonly string[],
  engine?: string,
  inherited: NodeJS.ProcessEnv = process.env,
): boolean {
  return devices.some(
    device =>
      engineOn(device, engine === 'auto' ? undefined : engine, inherited['TUNE_ENGINE']) ===
      'onnxruntime-webgpu',
  )
}

/**
 * The environment of a device's host, which sees no other device.
 *
 * @param device `cpu`, `webgpu`, or `cuda:N`, N counted among the devices that `inherited` lets
 *   this process see
 * @param engine that trials run on; `auto` or undefined: what TUNE_ENGINE says, or else what suits
 *   the device
 * @param slots jobs side by side in the host, each with `threads`
 * @throws UserError for a device by another name, or one that this process may not see
 */
export function deviceEnvironment(
  device: string,
  threads: number,
  inherited: NodeJS.ProcessEnv,
  engine?: string,
  slots = 1,
): NodeJS.ProcessEnv {
  // The page's token is for who starts the page.
  const { TUNE_TOKEN: _, ...variables } = inherited
  return {
    ...variables,
    TUNE_ENGINE: engineOn(device, engine === 'auto' ? undefined : engine, inherited['TUNE_ENGINE']),
    CUDA_VISIBLE_DEVICES: visibleDevice(device, inherited['CUDA_VISIBLE_DEVICES']),
    // Threads load onnxruntime, and their process.env is a copy that it does not read.
    ORT_DISABLE_TELEMETRY: '1',
    // Otherwise CUDA counts by speed, and nvidia-smi by slot.
    CUDA_DEVICE_ORDER: inherited['CUDA_DEVICE_ORDER'] ?? 'PCI_BUS_ID',
    // Otherwise the first context takes all of the GPU's memory.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // The same kernels on every processor, and the faster ones.
    TF_ENABLE_ONEDNN_OPTS: inherited['TF_ENABLE_ONEDNN_OPTS'] ?? '1',
    TF_CPP_MIN_LOG_LEVEL: inherited['TF_CPP_MIN_LOG_LEVEL'] ?? '2',
    // On the CPU a step's parts have a thread each; who wants each operation shared out says so.
    TF_NUM_INTRAOP_THREADS:
      inherited['TF_NUM_INTRAOP_THREADS'] ?? (device === 'cpu' ? '1' : String(threads)),
    // All slots share the threads that operations are begun on: with one, two trials would run in
    // turn.
    TF_NUM_INTEROP_THREADS: String(threads * slots),
    OMP_NUM_THREADS: String(threads),
    // Waiting threads that spin would take the cores from the other slots.
    OMP_WAIT_POLICY: 'PASSIVE',
  }
}

function engineOn(
  device: string,
  engine: string | undefined,
  inherited: string | undefined,
): string {
  if (engine) return engine
  if (device === 'webgpu') return 'onnxruntime-webgpu'
  // What `auto` tries computes on the CPU.
  return inherited || (device.startsWith('cuda:') ? 'tensorflow' : 'auto')
}

function visibleDevice(device: string, visible: string | undefined): string {
  // Not the empty string: some libraries take it for "not set".
  if (device === 'cpu' || device === 'webgpu') return '-1'
  const index = /^cuda:(\d+)$/.exec(device)?.[1]
  if (index === undefined)
    throw new UserError(
      `device "${device}"`,
      'is not one that trials can run on',
      'Use cpu, webgpu or cuda:0, cuda:1, …',
    )
  if (visible === undefined) return index
  const name = visible.split(',')[Number(index)]?.trim()
  if (name) return name
  throw new UserError(
    `device "${device}"`,
    `is hidden by CUDA_VISIBLE_DEVICES=${visible}`,
    'Name one that it shows, or change it',
  )
}
