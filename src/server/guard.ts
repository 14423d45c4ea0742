import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'

/** Names under which a browser on this machine reaches it. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1'
}

/**
 * Refuses a request that was addressed to any name but this machine's own.
 *
 * A page elsewhere may point its own name at 127.0.0.1 and would then be allowed to read what we
 * answer (DNS rebinding); the Host header still carries the name it used. The port is free: tunnels
 * change it.
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

/** Nothing is loaded from elsewhere, nothing inline is run, nobody may frame the page. */
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
  // Spoken over plain HTTP on one's own machine.
  strictTransportSecurity: false,
})
