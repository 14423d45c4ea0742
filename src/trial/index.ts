export { createPool } from './create-pool.js'
export { HostDied, JobCancelled } from './host-died.js'
export { isOutOfMemory } from './out-of-memory.js'
export type { DevicePool, JobEvents, PoolOptions, Running } from './pool.js'
