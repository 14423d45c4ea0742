import { UntraceableError, verifyOnce } from '../../compile/index.js'
import type { Engine, Runnable, State } from '../../compile/engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../../compile/program.js'
import { hostTensor, tensorSpec, type TensorLike } from './tensors.js'
import type { Compiled, CompileRequest } from './trial.js'

/** Engines of the thread, and whom to tell of what does not go as hoped. */
export interface Compiler {
  readonly fast: Engine
  readonly eager: Engine
  warn(message: string): void
}

/** State on the engine that made it; programs that share it may run on another. */
interface EngineState {
  readonly engine: Engine
  readonly state: State
  readonly specs: Named<TensorSpec>
}

const engineStates = new WeakMap<Compiled, EngineState>()
/** Warnings that this thread has shown: the trials of a study would all repeat them. */
const warned = new Set<string>()

/** Compiles programs; what they hold is freed by `dispose`. */
export function compilerOn({ fast, eager, warn: show }: Compiler): {
  compile(request: CompileRequest): Promise<Compiled>
  dispose(): void
} {
  const freed: { dispose(): void }[] = []
  let count = 0
  const warn = (message: string) => {
    if (!warned.has(message)) show(message)
    warned.add(message)
  }

  async function compile({
    name = `program ${++count}`,
    state = {},
    inputs,
    body,
    eager: eagerRequested = false,
  }: CompileRequest): Promise<Compiled> {
    const existing = engineStates.get(state as Compiled)
    const values = existing
      ? {}
      : mapNamed(state as Named<TensorLike>, (value, key) =>
          hostTensor(value, `${name}: state ${key}`),
        )
    const specs = existing?.specs ?? mapNamed(values, ({ shape, dtype }) => ({ shape, dtype }))
    const program: Program = { name, state: specs, inputs: mapNamed(inputs, tensorSpec), body }
    const graph = eagerRequested
      ? { reason: 'asked for' }
      : fast === eager
        ? { reason: `there is no engine for graphs here, only ${fast.name}` }
        : await compileGraph(fast, program)
    let eagerReason = 'reason' in graph ? graph.reason : null
    if (eagerReason !== null && !eagerRequested)
      warn(`${name} runs operation by operation: ${eagerReason}`)
    let engine = eagerReason === null ? fast : eager
    const stored = existing ?? { engine, state: await engine.createState(values), specs }
    let runnable = 'runnable' in graph ? graph.runnable : (await engine.load([program]))[0]!
    freed.push({ dispose: () => runnable.dispose() }, ...(existing ? [] : [stored.state]))
    let checked = engine === eager

    async function run(inputValues: Named<TensorLike>): Promise<Named<HostTensor>> {
      const fed = mapNamed(program.inputs, (spec, key) =>
        hostTensor(inputValues[key]!, `${name}: input ${key}`, spec),
      )
      if (!checked) await check(fed)
      if (stored.engine === engine) return runnable.run(stored.state, fed)
      const here = await engine.createState(await stored.state.read())
      try {
        const outputs = await runnable.run(here, fed)
        await stored.state.write(await here.read())
        return outputs
      } finally {
        here.dispose()
      }
    }

    /**
     * The first call's own values, through the graph and through plain JavaScript; once for each
     * graph on a machine.
     */
    async function check(fed: Named<HostTensor>): Promise<void> {
      checked = true
      const verdict = await verifyOnce(program, engine, {
        state: await stored.state.read(),
        inputs: fed,
      })
      if (verdict.ok) return
      warn(`${name} runs operation by operation: ${verdict.reason}`)
      eagerReason = verdict.reason
      runnable.dispose()
      engine = eager
      runnable = (await engine.load([program]))[0]!
    }

    const compiled: Compiled = {
      get engine() {
        return engine.name
      },
      get eager() {
        return eagerReason
      },
      run,
      read: names => stored.state.read(names),
      write: next =>
        stored.state.write(
          mapNamed(next, (value, key) => hostTensor(value, `${name}: state ${key}`, specs[key])),
        ),
    }
    engineStates.set(compiled, stored)
    return compiled
  }

  return { compile, dispose: () => freed.splice(0).forEach(each => each.dispose()) }
}

/** The program as a graph, or the reason why it cannot be one. */
async function compileGraph(
  engine: Engine,
  program: Program,
): Promise<{ readonly runnable: Runnable } | { readonly reason: string }> {
  try {
    return { runnable: (await engine.load([program]))[0]! }
  } catch (error) {
    if (error instanceof UntraceableError) return { reason: `${error.problem}. ${error.remedy}` }
    throw error
  }
}

function mapNamed<A, B>(values: Named<A>, map: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]))
}
