import { createEngine, engineNames } from '../../src/compile/index.js'
import type { Engine, EngineName } from '../../src/compile/index.js'
import { UserError } from '../../src/errors.js'
import { float } from './programs.js'

export type EngineReport = { readonly name: EngineName } & (
  | { readonly usable: true; readonly reason: null; readonly version: string }
  | { readonly usable: false; readonly reason: string; readonly version: null }
)

/** Tries to create each engine and to compute with it. */
export async function engineReports(): Promise<EngineReport[]> {
  const reports: EngineReport[] = []
  for (const name of engineNames) reports.push(await engineReport(name))
  return reports
}

async function engineReport(name: EngineName): Promise<EngineReport> {
  try {
    const engine = await createEngine(name, { threads: 1 })
    await checkResult(engine)
    await engine.dispose()
    return { name, usable: true, reason: null, version: engine.version }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { name, usable: false, reason: error.message, version: null }
  }
}

/** An engine that loads may still compute wrongly. */
async function checkResult(engine: Engine): Promise<void> {
  const [double] = await engine.load([
    {
      name: 'double',
      state: {},
      inputs: { x: { shape: [2], dtype: 'float32' } },
      body: (_, { x }) => ({ outputs: { y: x!.add(x!) } }),
    },
  ])
  const { y } = await double!.run([], { x: float([2], i => i + 1) })
  if (y!.data.join() !== '2,4')
    throw new UserError(engine.name, `doubles 1, 2 to ${y!.data.join()}`, 'Use another engine')
}
