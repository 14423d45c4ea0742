import { MemoryStore, openStore } from '../../src/storage/index.js'
import { temporaryStudy } from './fixtures.js'
import { storeContract } from './store-contract.js'

storeContract('on disk', initial => openStore(temporaryStudy(), initial))
storeContract('on disk, with a journal', initial =>
  openStore(temporaryStudy(), initial, { wholeBelow: 0 }),
)
// eslint-disable-next-line @typescript-eslint/require-await -- what the constructor throws rejects
storeContract('in memory', async initial => new MemoryStore(initial()))
