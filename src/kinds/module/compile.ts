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

/** State on the engine where it was made; programs that share it may run on another. */
interface Held {
  readonly engine: Engine
  readonly state: State
  readonly specs: Named<TensorSpec>
}

const heldBy = new WeakMap<Compiled, Held>()
/** What this thread has warned of: the trials of a study would all say the same. */
const told = new Set<string>()

/** Compiles programs; what they hold is freed by `dispose`. */
export function compilerOn({ fast, eager, warn: tell }: Compiler): {
  compile(request: CompileRequest): Promise<Compiled>
  dispose(): void
} {
  const freed: { dispose(): void }[] = []
  let count = 0
  const warn = (message: string) => {
    if (!told.has(message)) tell(message)
    told.add(message)
  }

  async function compile({
    name = `program ${++count}`,
    state = {},
    inputs,
    body,
    eager: asked = false,
  }: CompileRequest): Promise<Compiled> {
    const shared = heldBy.get(state as Compiled)
    const values = shared
      ? {}
      : mapNamed(state as Named<TensorLike>, (value, key) =>
          hostTensor(value, `${name}: state ${key}`),
        )
    const specs = shared?.specs ?? mapNamed(values, ({ shape, dtype }) => ({ shape, dtype }))
    const program: Program = { name, state: specs, inputs: mapNamed(inputs, tensorSpec), body }
    const graph = asked
      ? 'asked for'
      : fast === eager
        ? `no engine for graphs is to be had here, only ${fast.name}`
        : await graphOn(fast, program)
    let why = typeof graph === 'string' ? graph : null
    if (why !== null && !asked) warn(`${name} runs operation by operation: ${why}`)
    let engine = why === null ? fast : eager
    const held = shared ?? { engine, state: await engine.createState(values), specs }
    let runnable = typeof graph === 'string' ? (await engine.load([program]))[0]! : graph
    freed.push({ dispose: () => runnable.dispose() }, ...(shared ? [] : [held.state]))
    let checked = engine === eager

    async function run(given: Named<TensorLike>): Promise<Named<HostTensor>> {
      const fed = mapNamed(program.inputs, (spec, key) =>
        hostTensor(given[key]!, `${name}: input ${key}`, spec),
      )
      if (!checked) await check(fed)
      if (held.engine === engine) return runnable.run(held.state, fed)
      const here = await engine.createState(await held.state.read())
      try {
        const outputs = await runnable.run(here, fed)
        await held.state.write(await here.read())
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
        state: await held.state.read(),
        inputs: fed,
      })
      if (verdict.ok) return
      warn(`${name} runs operation by operation: ${verdict.reason}`)
      why = verdict.reason
      runnable.dispose()
      engine = eager
      runnable = (await engine.load([program]))[0]!
    }

    const compiled: Compiled = {
      get engine() {
        return engine.name
      },
      get eager() {
        return why
      },
      run,
      read: names => held.state.read(names),
      write: next =>
        held.state.write(
          mapNamed(next, (value, key) => hostTensor(value, `${name}: state ${key}`, specs[key])),
        ),
    }
    heldBy.set(compiled, held)
    return compiled
  }

  return { compile, dispose: () => freed.splice(0).forEach(each => each.dispose()) }
}

/** The program as a graph, or in words what keeps it from being one. */
async function graphOn(engine: Engine, program: Program): Promise<Runnable | string> {
  try {
    return (await engine.load([program]))[0]!
  } catch (error) {
    if (error instanceof UntraceableError) return `${error.problem}. ${error.remedy}`
    throw error
  }
}

function mapNamed<A, B>(values: Named<A>, map: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]))
}
