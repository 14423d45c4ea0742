import type { Language } from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, toText, type Html } from './html.js'

export interface Page {
  readonly language: Language
  readonly title: string
  /** Kind of the page; the scripts depend on it. */
  readonly kind: 'studies' | 'study' | 'new-study' | 'problem'
  /** Path of the events that keep the page up to date. */
  readonly events?: string
  /** Content of the header beside the product's name. */
  readonly crumb?: Html
  readonly main: Html
}

const STYLES = ['theme', 'base', 'layout', 'parts', 'study', 'charts', 'board']

/** The frame of every page. */
export function layout({ language, title, kind, events, crumb, main }: Page): string {
  const words = pageWords(language)
  const { other, skip, connecting } = words.layout
  return toText(
    html`<!doctype html>
      <html lang="${language}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          ${STYLES.map(name => html`<link rel="stylesheet" href="/assets/${name}.css" />`)}
          ${kind === 'study' ? html`<script src="/assets/chart.umd.min.js" defer></script>` : ''}
          <script type="module" src="/assets/main.js"></script>
        </head>
        <body
          data-page="${kind}"
          data-events="${events === undefined ? '' : `${events}?language=${language}`}"
          data-words="${JSON.stringify(words.client)}"
        >
          <a class="skip" href="#main">${skip}</a>
          <header class="top">
            <div class="wrap">
              <a class="brand" href="/?language=${language}"
                ><img src="/assets/icon.svg" alt="" width="22" height="22" />tune</a
              >
              ${crumb ?? ''} ${events === undefined ? '' : connection(connecting)}
              <a class="language" href="?language=${other.language}" lang="${other.language}"
                >${other.name}</a
              >
            </div>
          </header>
          <main id="main" class="wrap">${main}</main>
        </body>
      </html>`,
  )
}

/** Whether the page is connected to its events; the scripts update it. */
function connection(text: string): Html {
  return html`<span class="line" id="line" role="status" data-line="connecting"
    ><span class="dot" aria-hidden="true"></span><span id="line-word">${text}</span></span
  >`
}
