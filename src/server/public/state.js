// What the reader has chosen, kept in the address, so that a reload or a shared link shows the
// same.

/**
 * @typedef {object} Chosen
 * @property {{ key: string, down: boolean }} sort
 * @property {number[] | null} picks trials whose curves are drawn; null leaves the choice to the
 *   page
 * @property {number[]} open trials whose details are unfolded
 * @property {string | null} axis parameter of the scatter
 */

/**
 * @typedef {object} State
 * @property {() => Chosen} get
 * @property {(change: Partial<Chosen>) => void} set
 * @property {(listener: (chosen: Chosen) => void) => void} listen
 */

/** @returns {State} */
export function createState() {
  let chosen = decode(location.hash)
  /** @type {((chosen: Chosen) => void)[]} */
  const listeners = []
  const tell = () => listeners.forEach(listener => listener(chosen))
  addEventListener('hashchange', () => {
    chosen = decode(location.hash)
    tell()
  })
  return {
    get: () => chosen,
    set(change) {
      chosen = { ...chosen, ...change }
      history.replaceState(null, '', encode(chosen) || location.pathname)
      tell()
    },
    listen: listener => void listeners.push(listener),
  }
}

/**
 * @param {string} hash
 * @returns {Chosen}
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
 * @param {Chosen} chosen
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
