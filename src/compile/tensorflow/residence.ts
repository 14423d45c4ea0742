import type { HostTensor, TensorSpec } from '../program.js'
import type { TfVariable } from './emit.js'
import type { Handle, Session, Tensorflow } from './session.js'

/**
 * One named tensor of a state. Its value is in one place at a time: with the host, or in a variable
 * of one graph.
 */
export interface Cell {
  readonly spec: TensorSpec
  at: { readonly handle: Handle } | { readonly home: Home; readonly variable: TfVariable } | null
}

/** A graph that runs, and the cells that its variables hold, by the variable's name. */
export interface Home {
  readonly session: Session
  readonly held: Map<string, Cell>
}

/** Knows where each value is, and brings it to where it is needed. */
export interface Residence {
  cell(value: HostTensor): Cell
  /** Brings cells into the variables of a graph; what those held goes to the host. */
  settle(home: Home, cells: readonly (readonly [Cell, TfVariable])[]): void
  /** @returns copies */
  read(cells: readonly Cell[]): HostTensor['data'][]
  write(values: readonly (readonly [Cell, HostTensor])[]): void
  /** Lets go of the values. */
  forget(cells: readonly Cell[]): void
  /** Takes all values out of a graph. */
  evacuate(home: Home): void
}

export function residence(tensorflow: Tensorflow): Residence {
  /** Empties variables of one graph at a call. */
  const take = (cells: readonly Cell[], keep: boolean): void => {
    for (const [home, held] of byHome(cells)) {
      const variables = held.map(cell => (cell.at as { readonly variable: TfVariable }).variable)
      const handles = tensorflow.run(home.session, new Map(), [
        ...variables.map(({ take }) => take[0]),
        ...variables.map(({ take }) => take[1]),
      ])
      held.forEach((cell, i) => {
        home.held.delete(variables[i]!.name)
        cell.at = keep ? { handle: handles[i]! } : null
      })
      for (const handle of handles.slice(keep ? held.length : 0)) tensorflow.release(handle)
    }
  }

  const put = (home: Home, cells: readonly (readonly [Cell, TfVariable])[]): void => {
    if (cells.length === 0) return
    const feeds = new Map(
      cells.map(([cell, { put }]) => [put.feed, (cell.at as { readonly handle: Handle }).handle]),
    )
    const done = tensorflow.run(
      home.session,
      feeds,
      cells.map(([, { put }]) => put.done),
    )
    for (const handle of [...feeds.values(), ...done]) tensorflow.release(handle)
    for (const [cell, variable] of cells) {
      cell.at = { home, variable }
      home.held.set(variable.name, cell)
    }
  }

  const release = (cells: readonly Cell[]): void => {
    for (const cell of cells) {
      if (cell.at && 'handle' in cell.at) {
        tensorflow.release(cell.at.handle)
        cell.at = null
      }
    }
  }

  return {
    cell: value => ({
      spec: { shape: [...value.shape], dtype: value.dtype },
      at: { handle: tensorflow.give(value) },
    }),
    settle(home, cells) {
      const coming = cells.filter(([cell, variable]) => home.held.get(variable.name) !== cell)
      if (coming.length === 0) return
      const leaving = coming.flatMap(([, variable]) => home.held.get(variable.name) ?? [])
      take([...new Set([...leaving, ...coming.map(([cell]) => cell)])], true)
      put(home, coming)
    },
    read(cells) {
      const values = new Map<Cell, HostTensor['data']>()
      for (const cell of cells)
        if (cell.at && 'handle' in cell.at) values.set(cell, tensorflow.read(cell.at.handle))
      for (const [home, held] of byHome(cells)) {
        const handles = tensorflow.run(
          home.session,
          new Map(),
          held.map(cell => (cell.at as { readonly variable: TfVariable }).variable.get),
        )
        held.forEach((cell, i) => values.set(cell, tensorflow.read(handles[i]!)))
        for (const handle of handles) tensorflow.release(handle)
      }
      return cells.map(cell => values.get(cell)!)
    },
    write(values) {
      const cells = values.map(([cell]) => cell)
      take(cells, false)
      release(cells)
      for (const [cell, value] of values) cell.at = { handle: tensorflow.give(value) }
    },
    forget(cells) {
      take(cells, false)
      release(cells)
    },
    evacuate: home => take([...home.held.values()], true),
  }
}

/** Those that are in a graph. */
function byHome(cells: readonly Cell[]): Map<Home, Cell[]> {
  const groups = new Map<Home, Cell[]>()
  for (const cell of cells) {
    if (!cell.at || 'handle' in cell.at) continue
    const group = groups.get(cell.at.home)
    if (group) group.push(cell)
    else groups.set(cell.at.home, [cell])
  }
  return groups
}
