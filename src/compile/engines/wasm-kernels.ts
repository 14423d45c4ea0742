import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { optional } from '../../util/optional.js'
import { cpuBackend } from './cpu-backend.js'

type Attributes = Readonly<Record<string, unknown>>
type Inputs = Readonly<Record<string, TensorInfo | undefined>>

/** Kernels of tfjs-backend-wasm 4.22 whose results are wrong for these attributes and inputs. */
const faultyKernels: Readonly<Record<string, (attributes: Attributes, inputs: Inputs) => boolean>> =
  {
    // Bytes are written as they are.
    Cast: ({ dtype }) => dtype === 'bool',
    OneHot: ({ dtype }) => dtype !== 'int32',
    // Windows that overlap overwrite each other.
    MaxPoolGrad: () => true,
    MaxPool: ({ pad }) => typeof pad !== 'string',
    AvgPool: ({ pad }) => typeof pad !== 'string',
    Conv2D: leavesGaps,
    FusedConv2D: leavesGaps,
    DepthwiseConv2dNative: leavesGaps,
  }

/**
 * Where strides are wider than the filter, or padding is a number, its XNNPACK counts other windows
 * than tfjs, and may write past the end.
 */
function leavesGaps({ strides, pad }: Attributes, { filter }: Inputs): boolean {
  const [rows, columns] = (Array.isArray(strides) ? strides : [strides, strides]) as [
    number,
    number,
  ]
  return typeof pad !== 'string' || rows > filter!.shape[0]! || columns > filter!.shape[1]!
}

let isComplete = false

/**
 * Lets plain JavaScript do what tfjs's wasm backend can't: gradients of gather and of convolutions,
 * a few others.
 */
export function completeWasm(): void {
  if (isComplete) return
  isComplete = true
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend('cpu')) {
    const own = tf.getKernel(kernelName, 'wasm')
    const isFaulty = faultyKernels[kernelName]
    if (!own) register(kernelName, call => onCpu(kernelFunc, call))
    else if (isFaulty) {
      tf.unregisterKernel(kernelName, 'wasm')
      register(
        kernelName,
        call =>
          isFaulty(call.attrs as Attributes, call.inputs as Inputs)
            ? onCpu(kernelFunc, call)
            : own.kernelFunc(call),
        own.setupFunc,
      )
    }
  }
}

type Call = Parameters<tf.KernelFunc>[0]

function register(
  kernelName: string,
  kernelFunc: tf.KernelFunc,
  setupFunc?: tf.KernelConfig['setupFunc'],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc,
    ...optional({ setupFunc }),
  })
}

function onCpu(kernel: tf.KernelFunc, { inputs, attrs, backend }: Call): TensorInfo[] | TensorInfo {
  const cpu = cpuBackend()
  const wasm = backend as tf.KernelBackend
  const move = (
    { dataId, shape, dtype }: TensorInfo,
    from: tf.KernelBackend,
    to: tf.KernelBackend,
  ): TensorInfo => ({
    dataId: to.write((from.readSync(dataId) as Float32Array).slice(), shape, dtype),
    shape,
    dtype,
  })
  const cpuInputs = Object.fromEntries(
    Object.entries(inputs as Inputs).flatMap(([name, info]) =>
      info ? [[name, move(info, wasm, cpu)]] : [],
    ),
  )
  const result = kernel({ inputs: cpuInputs, attrs: attrs!, backend: cpu })
  const cpuOutputs = Array.isArray(result) ? result : [result]
  const outputs = cpuOutputs.map(info => move(info, cpu, wasm))
  for (const { dataId } of [...Object.values(cpuInputs), ...cpuOutputs]) cpu.disposeData(dataId)
  return outputs.length === 1 ? outputs[0]! : outputs
}
