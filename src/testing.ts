/**
 * Contract checks for samplers and pruners of your own. They need no test framework.
 *
 * @example
 * import { test } from 'vitest'
 * import { samplerContract } from 'tune/testing'
 * for (const { name, check } of samplerContract(mySampler)) test(name, check)
 *
 * @example
 * import { test } from 'vitest'
 * import { prunerContract } from 'tune/testing'
 * for (const { name, check } of prunerContract(myPruner)) test(name, check)
 *
 * @module
 */
export { prunerContract } from './search/contract-checks/pruner-contract.js'
export { samplerContract } from './search/contract-checks/sampler-contract.js'
export type { ContractCheck } from './search/contract-checks/situations.js'
