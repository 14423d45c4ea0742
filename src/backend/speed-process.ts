// The process of `checkEngine`: takes engine and threads as arguments, sends one message, exits.
import { createEngine, type EngineName } from '../compile/index.js'
import type { SpeedMessage } from './check-engine.js'
import { measureSpeed } from './measure-speed.js'

const [engineName, threads] = process.argv.slice(2)
const send = (message: SpeedMessage) => process.send!(message, () => process.exit(0))
try {
  const engine = await createEngine(engineName as EngineName, { threads: Number(threads) })
  send({ type: 'measured', speed: await measureSpeed(engine) })
} catch (error) {
  send({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
}
