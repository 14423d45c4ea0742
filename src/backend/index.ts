/**
 * Getting engines that npm does not bring, and finding out what each engine can do on this machine.
 */
export { installTensorflow, type InstallOptions, type InstallResult } from './install-tensorflow.js'
export { listBackends, removeBackend, type BackendEntry } from './list.js'
export { examine, type Examination } from './examine.js'
export { tryEngine, type EngineTrial } from './try-engine.js'
