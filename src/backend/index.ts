/** Installs engines that npm does not, and measures each engine on this machine. */
export { installTensorflow } from './install-tensorflow.js'
export { listBackends, removeBackend } from './installed-backends.js'
export { machineReport } from './machine-report.js'
