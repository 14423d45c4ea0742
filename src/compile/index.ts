/** Programs of tensors, written in tfjs operations, and the engines that run them. */
export type { DType, HostTensor, Named, Program, TensorSpec } from './program.js'
export type { Engine, EngineName, EngineOptions, Runnable, State } from './engine.js'
export {
  automaticEngines,
  availableEngines,
  createEngine,
  engineNamed,
  engineNames,
} from './engines/index.js'
export type { AvailableName, EngineReport } from './engines/index.js'
export { installOnnxruntime, locateOnnxruntime } from './engines/onnxruntime-package.js'
export { UntraceableError } from './trace/errors.js'
export * from './ops/index.js'
export { verify } from './verify.js'
export { trust, verificationFolder, verifyOnce } from './verified.js'
export type { VerifyOnceOptions } from './verified.js'
export type { Verification, VerifyOptions } from './verify.js'
