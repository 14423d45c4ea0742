// Replaces markup and leaves equal parts untouched, so that focus, selection and scroll position
// stay. The markup comes from the server of the page, which escapes all texts of a study.

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
 * Replaces the content of an element if it differs; open details stay open.
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
 * Updates one cell.
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
  const visible = old.textContent !== fresh.textContent
  old.replaceChildren(...fresh.childNodes)
  return visible
}
