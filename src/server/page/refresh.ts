import { html, toText } from './html.js'

/** A page that opens another address in its place. */
export function refresh(address: string): string {
  return toText(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="refresh" content="0;url=${address}" />
          <title>tune</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        </head>
        <body>
          <a href="${address}">tune</a>
        </body>
      </html>`,
  )
}
