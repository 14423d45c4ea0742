import { createEngine, type EngineName } from '../compile/index.js'
import { measure } from './measure.js'
import type { FromProbe } from './try-engine.js'

/** The process of `tryEngine`: engine and threads on its command line, one message, and its end. */
const [engine, threads] = process.argv.slice(2)
// What engines print is read when the process has died without a word.
const tell = (message: FromProbe) => process.send!(message, () => process.exit(0))
try {
  tell({
    type: 'measured',
    measurement: await measure(
      await createEngine(engine as EngineName, { threads: Number(threads) }),
    ),
  })
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
}
