import { html } from 'hono/html'

/** Markup in which everything that was not written here has been escaped. */
export type Html = ReturnType<typeof html>

/** Markup as text, to be sent by itself. Nothing in a page is awaited, so it is there at once. */
export function textOf(fragment: Html): string {
  if (fragment instanceof Promise) throw new Error('a page waits for nothing')
  return fragment.toString()
}

/** Nothing. */
export const none = ''

export { html }
