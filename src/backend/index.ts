/** Installs engines that npm does not, and measures each engine on this machine. */
export { installTensorflow, type InstallOptions, type InstallResult } from './install-tensorflow.js'
export { listBackends, removeBackend, type BackendEntry } from './installed-backends.js'
export { machineReport, type MachineReport } from './machine-report.js'
export { checkEngine, type EngineCheck } from './check-engine.js'
