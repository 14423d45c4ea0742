import { MemoryStore, openStore } from '../../src/storage/index.js'
import { temporaryStudy } from './fixtures.js'
import { storeContract } from './store-contract.js'

storeContract('on disk', initial => openStore(temporaryStudy(), initial))
storeContract('on disk, with a journal', initial =>
  openStore(temporaryStudy(), initial, { wholeBelow: 0 }),
)
storeContract('in memory', initial => Promise.resolve(new MemoryStore(initial())))
