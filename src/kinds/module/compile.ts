import { UntraceableError, verifyOnce } from '../../compile/index.js'
import type { Engine, Runnable, State } from '../../compile/engine.js'
import type { HostTensor, Named, Program, TensorSpec } from '../../compile/program.js'
import { hostTensor, tensorSpec, type TensorLike } from './tensors.js'
import type { Compiled, CompileRequest } from './trial.js'

/** Engines of the thread, and how to show what goes wrong. */
export interface Engines {
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

/** Warnings that this thread has shown: the trials of a study would all repeat them. */
const shownWarnings = new Set<string>()

/** Compiles the programs of one trial; what they hold is freed by `dispose`. */
export class ProgramCompiler {
  readonly #engines: Engines
  readonly #programs: CompiledProgram[] = []

  constructor(engines: Engines) {
    this.#engines = engines
  }

  async compile({
    name = `program ${this.#programs.length + 1}`,
    state = {},
    inputs,
    body,
    eager = false,
  }: CompileRequest): Promise<Compiled> {
    const shared = state instanceof CompiledProgram ? state.engineState : undefined
    const values = shared
      ? {}
      : mapNamed(state as Named<TensorLike>, (value, key) =>
          hostTensor(value, `${name}: state ${key}`),
        )
    const specs = shared?.specs ?? mapNamed(values, ({ shape, dtype }) => ({ shape, dtype }))
    const program: Program = { name, state: specs, inputs: mapNamed(inputs, tensorSpec), body }
    const compiled = await CompiledProgram.load(program, this.#engines, { values, shared, eager })
    this.#programs.push(compiled)
    return compiled
  }

  dispose(): void {
    this.#programs.splice(0).forEach(program => program.dispose())
  }
}

interface LoadOptions {
  /** Initial values of a state of its own. */
  readonly values: Named<HostTensor>
  /** The state of another program, which this one shares. */
  readonly shared: EngineState | undefined
  /** The caller wants no graph. */
  readonly eager: boolean
}

/**
 * A program on an engine: as a graph, which its first run checks against plain JavaScript, or
 * operation by operation if it has no graph or its graph fails the check.
 */
class CompiledProgram implements Compiled {
  readonly engineState: EngineState
  readonly #program: Program
  readonly #engines: Engines
  readonly #ownsState: boolean
  #runnable: Runnable
  #eagerReason: string | null
  #isChecked: boolean

  private constructor(
    program: Program,
    engines: Engines,
    state: { readonly engineState: EngineState; readonly ownsState: boolean },
    { runnable, eagerReason }: Loaded,
  ) {
    this.#program = program
    this.#engines = engines
    this.engineState = state.engineState
    this.#ownsState = state.ownsState
    this.#runnable = runnable
    this.#eagerReason = eagerReason
    this.#isChecked = this.#engine === engines.eager
  }

  static async load(
    program: Program,
    engines: Engines,
    { values, shared, eager }: LoadOptions,
  ): Promise<CompiledProgram> {
    const { fast, eager: eagerEngine } = engines
    const graph = eager
      ? { reason: 'the program was compiled with eager: true' }
      : fast === eagerEngine
        ? { reason: `there is no engine for graphs here, only ${fast.name}` }
        : await compileGraph(fast, program)
    const eagerReason = 'reason' in graph ? graph.reason : null
    if (eagerReason !== null && !eager) warnOnce(engines, program, eagerReason)
    const engine = eagerReason === null ? fast : eagerEngine
    const engineState = shared ?? {
      engine,
      state: await engine.createState(values),
      specs: program.state,
    }
    const runnable = 'runnable' in graph ? graph.runnable : (await engine.load([program]))[0]!
    const state = { engineState, ownsState: shared === undefined }
    return new CompiledProgram(program, engines, state, { runnable, eagerReason })
  }

  get engine(): string {
    return this.#engine.name
  }

  get eager(): string | null {
    return this.#eagerReason
  }

  async run(inputs: Named<TensorLike>): Promise<Named<HostTensor>> {
    const { name, inputs: specs } = this.#program
    const values = mapNamed(specs, (spec, key) =>
      hostTensor(inputs[key]!, `${name}: input ${key}`, spec),
    )
    if (!this.#isChecked) await this.#check(values)
    const { engine, state } = this.engineState
    if (engine === this.#engine) return this.#runnable.run(state, values)
    const copy = await this.#engine.createState(await state.read())
    try {
      const outputs = await this.#runnable.run(copy, values)
      await state.write(await copy.read())
      return outputs
    } finally {
      copy.dispose()
    }
  }

  read(names?: readonly string[]): Promise<Named<HostTensor>> {
    return this.engineState.state.read(names)
  }

  async write(values: Named<TensorLike>): Promise<void> {
    const { state, specs } = this.engineState
    await state.write(
      mapNamed(values, (value, key) =>
        hostTensor(value, `${this.#program.name}: state ${key}`, specs[key]),
      ),
    )
  }

  dispose(): void {
    this.#runnable.dispose()
    if (this.#ownsState) this.engineState.state.dispose()
  }

  get #engine(): Engine {
    return this.#eagerReason === null ? this.#engines.fast : this.#engines.eager
  }

  /**
   * The first run's own values, through the graph and through plain JavaScript; once for each graph
   * on a machine.
   */
  async #check(inputs: Named<HostTensor>): Promise<void> {
    this.#isChecked = true
    const state = await this.engineState.state.read()
    const verdict = await verifyOnce(this.#program, this.#engine, { state, inputs })
    if (verdict.ok) return
    warnOnce(this.#engines, this.#program, verdict.reason)
    this.#eagerReason = verdict.reason
    this.#runnable.dispose()
    this.#runnable = (await this.#engines.eager.load([this.#program]))[0]!
  }
}

interface Loaded {
  readonly runnable: Runnable
  /** Why there is no graph; null if there is one. */
  readonly eagerReason: string | null
}

function warnOnce({ warn }: Engines, { name }: Program, reason: string): void {
  const message = `${name} runs operation by operation: ${reason}`
  if (!shownWarnings.has(message)) warn(message)
  shownWarnings.add(message)
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
