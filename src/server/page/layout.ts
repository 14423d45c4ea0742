import { html, textOf, type Html } from './html.js'

export interface Page {
  readonly title: string
  /** What kind of page it is; the scripts look for it. */
  readonly kind: 'studies' | 'study' | 'new-study' | 'problem'
  /** Address of the events that keep the page as it is on disk. */
  readonly events?: string
  /** What stands in the head beside the product's name. */
  readonly crumb?: Html
  readonly main: Html
}

/** The frame of every page. */
export function layout({ title, kind, events, crumb, main }: Page): string {
  return textOf(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/assets/base.css" />
          <link rel="stylesheet" href="/assets/study.css" />
          <link rel="stylesheet" href="/assets/board.css" />
          ${kind === 'study' ? html`<script src="/assets/chart.umd.min.js" defer></script>` : ''}
          <script type="module" src="/assets/main.js"></script>
        </head>
        <body data-page="${kind}" data-events="${events ?? ''}">
          <a class="skip" href="#main">Skip to the content</a>
          <header class="top">
            <div class="wrap">
              <a class="brand" href="/"
                ><img src="/assets/icon.svg" alt="" width="22" height="22" />tune</a
              >
              ${crumb ?? ''}
              ${events ? html`<span class="line" id="line" role="status" data-line="connecting"><span class="dot" aria-hidden="true"></span><span id="line-word">connecting</span></span>` : ''}
            </div>
          </header>
          <main id="main" class="wrap">${main}</main>
        </body>
      </html>`,
  )
}
