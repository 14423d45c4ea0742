import { allocatorNamed, ALLOCATORS } from '../../../src/search/registry.js'
import { allocatorContract } from './allocator-contract.js'

for (const name of ALLOCATORS) allocatorContract(name, allocatorNamed(name))
