import { allocators, createAllocator } from '../../../src/search/registry.js'
import { allocatorContract } from './allocator-contract.js'

for (const name of allocators.names)
  allocatorContract(name, createAllocator({ name: name, options: {} }))
