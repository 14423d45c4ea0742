import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

/** Host names of this machine in its own browsers. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1'
}

/**
 * Refuses a request whose Host header is not a name of this machine.
 *
 * A foreign page may point its own name at 127.0.0.1 and could then read the answers (DNS
 * rebinding); the Host header still has that name. Any port is allowed, because tunnels change it.
 */
export const loopbackOnly: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? ''
  if (!LOOPBACK.has(host.replace(/:\d+$/, ''))) {
    return c.text(
      'This server answers only to localhost, 127.0.0.1 and [::1]. Open ' +
        `http://127.0.0.1:PORT/ on the machine that it runs on.\n`,
      403,
    )
  }
  await next()
}

/** The page loads nothing from other hosts, runs no inline code, and cannot be framed. */
export const headers: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  // The pages use plain HTTP on the user's own machine.
  strictTransportSecurity: false,
})
