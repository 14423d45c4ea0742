/** Programs of tensors, written in tfjs operations, and the engines that run them. */
export type { HostTensor, Named, Program, TensorSpec } from './program.js'
export type { Engine, EngineName, Runnable, State } from './engine.js'
export { automaticEngines, createEngine, engineNames } from './engines/index.js'
export { installOnnxruntime, locateOnnxruntime } from './engines/onnxruntime-package.js'
export { UntraceableError } from './trace/errors.js'
export * from './ops/index.js'
export { verify } from './verify.js'
export { requireVerified, verifyOnce } from './verification-cache.js'
