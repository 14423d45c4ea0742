// The reader's choices, kept in the address: a reload or a shared link shows the same.

/**
 * @typedef {object} Choices
 * @property {{ key: string, down: boolean }} sort
 * @property {number[] | null} picks trials whose curves are drawn; null leaves the choice to the
 *   page
 * @property {number[]} open trials whose details are unfolded
 * @property {string | null} axis parameter of the scatter
 */

/**
 * @typedef {object} State
 * @property {() => Choices} get
 * @property {(change: Partial<Choices>) => void} set
 * @property {(listener: (choices: Choices) => void) => void} listen
 */

/** @returns {State} */
export function createState() {
  let choices = decode(location.hash)
  /** @type {((choices: Choices) => void)[]} */
  const listeners = []
  const notify = () => listeners.forEach(listener => listener(choices))
  addEventListener('hashchange', () => {
    choices = decode(location.hash)
    notify()
  })
  return {
    get: () => choices,
    set(change) {
      choices = { ...choices, ...change }
      history.replaceState(null, '', encode(choices) || location.pathname + location.search)
      notify()
    },
    listen: listener => void listeners.push(listener),
  }
}

/**
 * @param {string} hash
 * @returns {Choices}
 */
export function decode(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''))
  const [, key = 'rank', way] = /^(.*?)(?:\.(asc|desc))?$/.exec(fields.get('sort') ?? 'rank') ?? []
  const picks = fields.get('trials')
  return {
    sort: { key: key || 'rank', down: way === 'desc' },
    picks: picks === null ? null : numbers(picks),
    open: numbers(fields.get('open') ?? ''),
    axis: fields.get('axis'),
  }
}

/**
 * @param {Choices} choices
 * @returns {string} empty when everything is as the page would choose it
 */
export function encode({ sort, picks, open, axis }) {
  const fields = new URLSearchParams()
  if (sort.key !== 'rank' || sort.down)
    fields.set('sort', `${sort.key}.${sort.down ? 'desc' : 'asc'}`)
  if (picks !== null) fields.set('trials', picks.join(','))
  if (open.length > 0) fields.set('open', open.join(','))
  if (axis !== null) fields.set('axis', axis)
  const text = fields.toString()
  return text === '' ? '' : `#${text}`
}

/** @param {string} list */
function numbers(list) {
  return list
    .split(',')
    .filter(part => /^\d+$/.test(part))
    .map(Number)
}
