/** So long after a refusal the page asks again. */
const AGAIN_MS = 3_000

/**
 * Follows a page's events for as long as the page is looked at. A hidden tab lets go of its line,
 * since a browser has only six to one server; the first event after that brings whatever was
 * missed.
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
    source.onopen = () => say('live', 'live')
    source.onerror = () => {
      say('lost', 'reconnecting')
      // The browser itself calls again after a cut, but not after a refusal.
      if (source?.readyState === EventSource.CLOSED) later()
    }
    source.addEventListener('state', event => apply(JSON.parse(event.data), true))
    source.addEventListener('change', event => apply(JSON.parse(event.data), false))
    source.addEventListener('gone', () => {
      source?.close()
      document.removeEventListener('visibilitychange', followSight)
      say('gone', 'deleted')
    })
  }

  function later() {
    source = null
    setTimeout(followSight, AGAIN_MS)
  }

  function followSight() {
    if (document.visibilityState === 'visible') return open()
    source?.close()
    source = null
    say('paused', 'paused')
  }

  document.addEventListener('visibilitychange', followSight)
  followSight()
}

/**
 * @param {string} kind
 * @param {string} word
 */
function say(kind, word) {
  const line = document.getElementById('line')
  const text = document.getElementById('line-word')
  if (!line || !text || line.dataset.line === kind) return
  line.dataset.line = kind
  text.textContent = word
}
