import { html } from 'hono/html'

/** Markup; every interpolated text is escaped. */
export type Html = ReturnType<typeof html>

/** Markup as text. No part of a page is asynchronous. */
export function toText(fragment: Html): string {
  if (fragment instanceof Promise) throw new Error('a page has no asynchronous parts')
  return fragment.toString()
}

/** No markup. */
export const none = ''

export { html }
