// Puts new markup in place without touching what has not changed, so that focus, selection and
// scroll stay. The markup comes from our own server, which escapes whatever a study holds.

/**
 * @param {string} markup
 * @returns {DocumentFragment}
 */
export function parse(markup) {
  const template = document.createElement('template')
  template.innerHTML = markup
  return template.content
}

/**
 * Replaces what an element holds, where it differs; details that were open stay open.
 *
 * @param {string} id
 * @param {string} markup
 */
export function replaceInside(id, markup) {
  const element = document.getElementById(id)
  const template = document.createElement('template')
  template.innerHTML = markup
  if (!element || element.innerHTML === template.innerHTML) return
  const open = [...element.querySelectorAll('details[open]')].map(details => details.id)
  element.replaceChildren(template.content)
  for (const details of element.querySelectorAll('details'))
    details.open = open.includes(details.id)
}

/**
 * Brings one cell up to date.
 *
 * @param {Element} old
 * @param {Element} fresh
 * @returns {boolean} whether a reader sees a difference
 */
export function replaceCell(old, fresh) {
  for (const name of ['class', 'data-sort']) {
    const value = fresh.getAttribute(name)
    if (value !== null && old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
  if (old.innerHTML === fresh.innerHTML) return false
  const seen = old.textContent !== fresh.textContent
  old.replaceChildren(...fresh.childNodes)
  return seen
}
