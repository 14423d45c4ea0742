/**
 * Groups of nodes of which each reaches every other: a graph without circles has none.
 *
 * Source: Tarjan, "Depth-first search and linear graph algorithms", 1972.
 *
 * @param graph node → the nodes that it points to
 * @returns     each group sorted, and the groups sorted by their first node
 */
export function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const groups: string[][] = []

  const visit = (node: string): void => {
    index.set(node, index.size)
    lowest.set(node, index.get(node)!)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) lowest.set(node, Math.min(lowest.get(node)!, lowest.get(next)!))
    }
    if (lowest.get(node) !== index.get(node)) return
    const group = stack.splice(stack.indexOf(node))
    if (group.length > 1) groups.push(group.sort())
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return groups.sort((a, b) => (a[0]! < b[0]! ? -1 : 1))
}
