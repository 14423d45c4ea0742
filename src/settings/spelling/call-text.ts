/** A function call in the spelling of Python or of Hydra: `loguniform(1e-5, 1e-2)`. */
export interface Call {
  readonly name: string
  readonly args: readonly string[]
  readonly named: Readonly<Record<string, string>>
}

/** @returns null for a text that is no call */
export function parseCall(text: string): Call | null {
  const [, path, inner] = /^\s*([A-Za-z_][\w.]*)\s*\((.*)\)\s*$/s.exec(text) ?? []
  if (path === undefined) return null
  const args: string[] = []
  const named: Record<string, string> = {}
  for (const part of splitArguments(inner!)) {
    const [, key, value] = /^\s*([A-Za-z_]\w*)\s*=\s*(.+)$/s.exec(part) ?? []
    if (key === undefined) args.push(part.trim())
    else named[key] = value!.trim()
  }
  return { name: path, args, named }
}

/** Splits at the commas that are in no brackets and no quotes. */
export function splitArguments(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let begin = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (quote) quote = char === quote ? '' : quote
    else if (char === '"' || char === "'") quote = char
    else if ('([{'.includes(char)) depth++
    else if (')]}'.includes(char)) depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(begin, i))
      begin = i + 1
    }
  }
  parts.push(text.slice(begin))
  return parts.map(part => part.trim()).filter(part => part !== '')
}

/** The items of `[a, b]` or `(a, b)`; null for any other text. */
export function listItems(text: string): readonly string[] | null {
  const inner = /^\s*(?:\[(.*)\]|\((.*)\))\s*$/s.exec(text)
  return inner ? splitArguments(inner[1] ?? inner[2] ?? '') : null
}

/** A literal of Python: a number, a truth value, None or a text. */
export function literal(text: string): string | number | boolean | null {
  if (text === 'True' || text === 'true') return true
  if (text === 'False' || text === 'false') return false
  if (text === 'None' || text === 'null') return null
  const quoted = /^(["'])(.*)\1$/s.exec(text)?.[2]
  if (quoted !== undefined) return quoted
  return text.trim() !== '' && !Number.isNaN(Number(text)) ? Number(text) : text
}
