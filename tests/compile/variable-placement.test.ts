import { beforeEach, describe, expect, it } from 'vitest'
import type { HostTensor } from '../../src/compile/index.js'
import type { TfVariable } from '../../src/compile/tensorflow/emit.js'
import { ProgramGraphs } from '../../src/compile/tensorflow/program-graphs.js'
import type { Handle, Session, Tensorflow } from '../../src/compile/tensorflow/session.js'
import { VariablePlacement } from '../../src/compile/tensorflow/variable-placement.js'
import type { OpenGraph } from '../../src/compile/tensorflow/variable-placement.js'
import { float } from './programs.js'

/** Variables and tensors without computation. Throws where TensorFlow would fail. */
class FakeTensorflow implements Tensorflow {
  readonly version = '0'
  readonly onGpu = false
  readonly tensors = new Map<Handle, HostTensor['data']>()
  readonly sessions = new Map<Session, Map<string, HostTensor['data']>>()
  runs = 0
  #count = 0

  open(): Session {
    this.sessions.set(++this.#count, new Map())
    return this.#count
  }

  close(session: Session): void {
    if (!this.sessions.delete(session)) throw new Error(`no session ${session}`)
  }

  run(session: Session, feeds: ReadonlyMap<string, Handle>, fetches: readonly string[]): Handle[] {
    this.runs++
    const variables = this.sessions.get(session)!
    for (const [node, handle] of feeds) variables.set(node.split('/')[0]!, this.read(handle))
    const results = fetches.map(node => {
      const [name, part] = node.split('/') as [string, string]
      if (part === 'get' || part === 'take') return this.#add(this.#value(variables, name))
      return this.#add(Int32Array.of(1))
    })
    for (const node of fetches) if (node.endsWith('/taken')) variables.delete(node.split('/')[0]!)
    return results
  }

  share({ data }: HostTensor): Handle {
    return this.#add(data)
  }

  copy({ data }: HostTensor): Handle {
    return this.#add(data.slice())
  }

  read(handle: Handle): HostTensor['data'] {
    const data = this.tensors.get(handle)
    if (!data) throw new Error(`no tensor ${handle}`)
    return data.slice()
  }

  release(handle: Handle): void {
    if (!this.tensors.delete(handle)) throw new Error(`no tensor ${handle}`)
  }

  counts(): { handles: number; sessions: number } {
    return { handles: this.tensors.size, sessions: this.sessions.size }
  }

  dispose(): void {}

  #add(data: HostTensor['data']): Handle {
    this.tensors.set(++this.#count, data)
    return this.#count
  }

  #value(variables: Map<string, HostTensor['data']>, name: string): HostTensor['data'] {
    const value = variables.get(name)
    if (!value) throw new Error(`variable ${name} is empty`)
    return value
  }
}

const variable = (name: string): TfVariable => ({
  name,
  get: `${name}/get`,
  take: [`${name}/take`, `${name}/taken`],
  put: { feed: `${name}/feed`, done: `${name}/done` },
})
const [a, b] = [variable('a'), variable('b')]

let tensorflow: FakeTensorflow
let placement: VariablePlacement
const graph = (): OpenGraph => ({ session: tensorflow.open(), tensors: new Map() })
const values = (...tensors: Parameters<VariablePlacement['read']>[0]): number[] =>
  placement.read(tensors).map(data => data[0]!)
beforeEach(() => {
  tensorflow = new FakeTensorflow()
  placement = new VariablePlacement(tensorflow)
})

describe('the value of a state tensor', () => {
  it('moves from the host into a variable, to another graph, and back', () => {
    const [first, second] = [graph(), graph()]
    const x = placement.create(float([1], () => 5))
    expect(x.location.kind).toBe('host')
    placement.moveInto(first, [[x, a]])
    expect(x.location).toMatchObject({ kind: 'variable', graph: first })
    expect(tensorflow.counts().handles).toBe(0)
    placement.moveInto(second, [[x, b]])
    expect(x.location).toMatchObject({ kind: 'variable', graph: second })
    expect([first.tensors.size, second.tensors.size]).toEqual([0, 1])
    expect(values(x)).toEqual([5])
    placement.moveOut(second)
    expect(x.location.kind).toBe('host')
    expect([values(x), tensorflow.counts().handles]).toEqual([[5], 1])
  })

  it('stays where it is when it is needed there again', () => {
    const only = graph()
    const x = placement.create(float([1], () => 5))
    placement.moveInto(only, [[x, a]])
    const { runs } = tensorflow
    placement.moveInto(only, [[x, a]])
    expect(tensorflow.runs).toBe(runs)
  })

  it('leaves a variable that another tensor needs, and tensors may trade variables', () => {
    const only = graph()
    const [x, y] = [placement.create(float([1], () => 1)), placement.create(float([1], () => 2))]
    placement.moveInto(only, [[x, a]])
    placement.moveInto(only, [[y, a]])
    expect([x.location.kind, y.location.kind]).toEqual(['host', 'variable'])
    placement.moveInto(only, [
      [x, a],
      [y, b],
    ])
    placement.moveInto(only, [
      [x, b],
      [y, a],
    ])
    expect(values(x, y)).toEqual([1, 2])
    expect(tensorflow.counts().handles).toBe(0)
  })

  it('is replaced, and released with its state, wherever it is', () => {
    const only = graph()
    const [x, y] = [placement.create(float([1], () => 1)), placement.create(float([1], () => 2))]
    placement.moveInto(only, [[x, a]])
    placement.write([
      [x, float([1], () => 3)],
      [y, float([1], () => 4)],
    ])
    expect([values(x, y), only.tensors.size]).toEqual([[3, 4], 0])
    placement.moveInto(only, [[y, a]])
    placement.dispose([x, y])
    expect([x.location.kind, y.location.kind]).toEqual(['disposed', 'disposed'])
    expect(tensorflow.counts().handles).toBe(0)
    expect(() => placement.moveInto(only, [[x, a]])).toThrow('a value of state is disposed')
  })
})

describe('the graphs of programs', () => {
  const program = (name: string) => ({
    name,
    state: {},
    inputs: {},
    body: () => ({ outputs: {} }),
  })
  const sessions = (): number => tensorflow.counts().sessions

  it('are opened by a first run, for programs that were added together', () => {
    const graphs = new ProgramGraphs(tensorflow, placement, false)
    const [first, second] = graphs.add([program('first'), program('second')])
    const [third] = graphs.add([program('third')])
    expect(sessions()).toBe(0)
    expect(graphs.open(first!).graph).toBe(graphs.open(second!).graph)
    expect(graphs.open(third!).graph).not.toBe(graphs.open(first!).graph)
    expect(sessions()).toBe(2)
    graphs.remove(first!)
    expect(sessions()).toBe(2)
    graphs.remove(second!)
    graphs.remove(third!)
    expect(sessions()).toBe(0)
  })

  it('are one graph for all programs on request, which is replaced for a program that is new', () => {
    const graphs = new ProgramGraphs(tensorflow, placement, true)
    const [first] = graphs.add([program('first')])
    const before = graphs.open(first!).graph
    const [second] = graphs.add([program('second')])
    expect(graphs.open(first!).graph).toBe(before)
    expect(graphs.open(second!).graph).not.toBe(before)
    expect(graphs.open(first!).graph).toBe(graphs.open(second!).graph)
    expect(sessions()).toBe(1)
  })
})
