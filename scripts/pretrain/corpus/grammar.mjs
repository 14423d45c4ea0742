/**
 * A small template grammar. In a template
 *   {a|b|c}   chooses one of the alternatives (nested as you like, one may be empty),
 *   [name]    is a value of the scope, or else a random choice from the rules' list of that name,
 *  [name.x] is form x of that value: `[h.his]`, `[t.a]`; with a capital, `[h.His]`, the form
 * capitalised,
 *  [rule>x] chooses from the rules and keeps the value as x in the scope; with a form:
 * `[rule>x.a]`.
 */

/**
 * One finished text: template expanded with the scope, then articles, capitals and spaces put
 * right.
 */
export function write(template, scope, rules, uniform) {
  return tidy(expand(parse(template), scope, rules, uniform))
}

/**
 * A value of the rules: an entity (object with forms), or a string whose own templates are still
 * unexpanded.
 */
export function choose(list, uniform) {
  return list[Math.floor(uniform() * list.length)]
}

/** `count` different members of the list, in random order. */
export function several(list, count, uniform) {
  const rest = [...list]
  return Array.from({ length: count }, () => rest.splice(Math.floor(uniform() * rest.length), 1)[0])
}

const parsed = new Map()
const REFERENCE = /^(\w+)(?:>(\w+))?(?:\.(\w+))?$/

function parse(template) {
  let tree = parsed.get(template)
  if (tree === undefined) {
    const at = { text: template, position: 0 }
    tree = parseAlternatives(at)[0]
    if (at.position !== template.length) throw new Error(`unbalanced template: ${template}`)
    parsed.set(template, tree)
  }
  return tree
}

function parseAlternatives(at, inside = false) {
  /** @type {any[][]} */
  const alternatives = [[]]
  while (at.position < at.text.length) {
    const character = at.text[at.position]
    if (inside && character === '}') return alternatives
    at.position++
    const sequence = alternatives[alternatives.length - 1]
    if (character === '|' && inside) alternatives.push([])
    else if (character === '{') {
      sequence.push({ choice: parseAlternatives(at, true) })
      if (at.text[at.position++] !== '}') throw new Error(`missing } in: ${at.text}`)
    } else if (character === '[') {
      const end = at.text.indexOf(']', at.position)
      const [, name, keep, form] = REFERENCE.exec(at.text.slice(at.position, end)) ?? [
        undefined,
        '',
      ]
      if (name === '') throw new Error(`bad reference at ${at.position} in: ${at.text}`)
      sequence.push({ name, form, keep })
      at.position = end + 1
    } else if (typeof sequence.at(-1) === 'string') sequence[sequence.length - 1] += character
    else sequence.push(character)
  }
  return alternatives
}

function expand(tree, scope, rules, uniform) {
  let text = ''
  for (const node of tree) {
    if (typeof node === 'string') text += node
    else if (node.choice !== undefined)
      text += expand(choose(node.choice, uniform), scope, rules, uniform)
    else text += refer(node, scope, rules, uniform)
  }
  return text
}

function refer({ name, form, keep }, scope, rules, uniform) {
  const list = scope[name] === undefined ? rules[name] : undefined
  if (scope[name] === undefined && list === undefined)
    throw new Error(`neither value nor rule: ${name}`)
  let value = list === undefined ? scope[name] : choose(list, uniform)
  if (typeof value === 'string' && /[[{]/.test(value))
    value = expand(parse(value), scope, rules, uniform)
  if (keep !== undefined) scope[keep] = value
  return formOf(value, form, name)
}

function formOf(value, form, name) {
  if (form === undefined) return typeof value === 'string' ? value : value.name
  const lower = form[0].toLowerCase() + form.slice(1)
  const forms = typeof value === 'string' ? stringForms(value) : value
  const text = forms[lower]
  if (text === undefined)
    throw new Error(
      `${name} (${typeof value === 'string' ? value : value.name}) has no form ${form}`,
    )
  return lower === form ? text : text[0].toUpperCase() + text.slice(1)
}

function stringForms(noun) {
  return {
    a: `a ${noun}`,
    the: `the ${noun}`,
    s: plural(noun),
    cap: noun[0].toUpperCase() + noun.slice(1),
    it: noun,
  }
}

const IRREGULAR = {
  child: 'children',
  man: 'men',
  woman: 'women',
  person: 'people',
  mouse: 'mice',
  goose: 'geese',
  sheep: 'sheep',
  fish: 'fish',
  foot: 'feet',
  tooth: 'teeth',
  leaf: 'leaves',
  loaf: 'loaves',
  knife: 'knives',
  shelf: 'shelves',
  scarf: 'scarves',
  wolf: 'wolves',
  potato: 'potatoes',
  tomato: 'tomatoes',
  deer: 'deer',
}

export function plural(noun) {
  const [, front, last] = /^(.*?)(\S+)$/.exec(noun) ?? [noun, '', noun]
  if (IRREGULAR[last] !== undefined) return front + IRREGULAR[last]
  if (/(s|x|ch|sh)$/.test(last)) return `${noun}es`
  if (/[^aeiou]y$/.test(last)) return `${noun.slice(0, -1)}ies`
  return `${noun}s`
}

/**
 * "a" before a vowel becomes "an", "one years" "one year"; sentences and quotations begin with a
 * capital, `^` forces one; no double spaces.
 */
function tidy(text) {
  return text
    .replace(/[ ]+/g, ' ')
    .replace(/ +([.,!?;:])/g, '$1')
    .replace(/ *\n */g, '\n')
    .trim()
    .replace(/\b(one (?:year|step|week|time|thing))s\b/gi, '$1')
    .replace(/([?!])[,.]"/g, '$1"')
    .replace(/\b([Aa]) (?=(?:[aeio]|u(?!s(?:e|u)|ni)|hour|honest|[AEIO]))/g, '$1n ')
    .replace(
      /(^|\n|[.!?] |[.]" |[.!?]\n|(?:^|[\s(])")([a-z])/g,
      (_, before, letter) => before + letter.toUpperCase(),
    )
    .replace(/\^(.)/g, (_, letter) => letter.toUpperCase())
}
