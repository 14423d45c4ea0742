import { words } from './words.js'

/** Milliseconds from a refused connection to the next attempt. */
const RETRY_MS = 3_000

/**
 * Follows a page's events while the page is visible. A hidden tab closes its connection, because a
 * browser allows six to one server; the first event after that brings the whole state.
 *
 * @param {string} url
 * @param {(change: { set: Record<string, any>, gone: string[] }, whole: boolean) => void} apply
 */
export function follow(url, apply) {
  /** @type {EventSource | null} */
  let source = null

  function open() {
    if (source) return
    source = new EventSource(url)
    source.onopen = () => show('live')
    source.onerror = () => {
      show('lost')
      // The browser reconnects by itself after an error, but not after a refusal.
      if (source?.readyState === EventSource.CLOSED) later()
    }
    source.addEventListener('state', event => apply(JSON.parse(event.data), true))
    source.addEventListener('change', event => apply(JSON.parse(event.data), false))
    source.addEventListener('gone', () => {
      source?.close()
      document.removeEventListener('visibilitychange', followVisibility)
      show('gone')
    })
  }

  function later() {
    source = null
    setTimeout(followVisibility, RETRY_MS)
  }

  function followVisibility() {
    if (document.visibilityState === 'visible') return open()
    source?.close()
    source = null
    show('paused')
  }

  document.addEventListener('visibilitychange', followVisibility)
  followVisibility()
}

/** @param {'live' | 'lost' | 'paused' | 'gone'} kind */
function show(kind) {
  const line = document.getElementById('line')
  const text = document.getElementById('line-word')
  if (!line || !text || line.dataset.line === kind) return
  line.dataset.line = kind
  text.textContent = words[kind]
}
