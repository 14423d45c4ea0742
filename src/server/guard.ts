import { hostname } from 'node:os'
import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { requestLanguage } from './language.js'
import { refresh } from './page/refresh.js'
import { equalTokens } from './token.js'
import { pageWords } from './words/index.js'

/** Who may send requests to a server, the same for every HTTP surface of the program. */
export interface Access {
  /** That a request must have, in its link, its cookie or its Authorization header. */
  readonly token: string
  /** The host that the server listens on. */
  readonly host: string
  /** The port that it listens on; cookies of a host are shared by all its ports. */
  readonly port: () => number
}

/** Host names of this machine in its own browsers. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const READS = new Set(['GET', 'HEAD'])

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === '::1'
}

/**
 * What every request passes before anything is read: the host is this machine's, the request has
 * the token, and a request that changes something comes from a page of this server or from a
 * program with the token.
 */
export function guard(access: Access): readonly MiddlewareHandler[] {
  return [headers, knownHost(access), tokenRequired(access), ownOrigin]
}

/**
 * Refuses a request whose Host header is not a name of this machine.
 *
 * A foreign page may point its own name at 127.0.0.1 and could then read the answers (DNS
 * rebinding); the Host header still has that name. Any port is allowed, because tunnels change it.
 */
function knownHost({ host: listening }: Access): MiddlewareHandler {
  return async (c, next) => {
    const host = (c.req.header('host') ?? '').replace(/:\d+$/, '').toLowerCase()
    if (LOOPBACK.has(host) || (!isLoopback(listening) && isOwnName(host, listening)))
      return await next()
    const names = isLoopback(listening)
      ? 'localhost, 127.0.0.1 and [::1]'
      : `its addresses, ${hostname()} and ${listening}`
    return c.text(
      `This server answers only to ${names}. Open the link that it printed, on the machine ` +
        'that it runs on.\n',
      403,
    )
  }
}

/** An address is no name that somebody could point elsewhere. */
function isOwnName(host: string, listening: string): boolean {
  return (
    isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0 ||
    host === hostname().toLowerCase() ||
    host === listening.toLowerCase()
  )
}

/**
 * Answers 401 without the token. A link with the token sets a cookie and opens the same address
 * without it, by a page rather than a redirect: a browser sends no SameSite=Strict cookie along a
 * redirect that began on another site, such as a terminal in a browser.
 */
function tokenRequired({ token, port }: Access): MiddlewareHandler {
  return async (c, next) => {
    const name = `tune-${port()}`
    const linked = c.req.query('token')
    const isAllowed = isToken(bearer(c), token) || isToken(getCookie(c, name), token)
    if (READS.has(c.req.method) && linked !== undefined) {
      if (isToken(linked, token)) {
        setCookie(c, name, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
        c.header('Cache-Control', 'no-store')
        return c.html(refresh(withoutToken(c)))
      }
      if (isAllowed) return c.redirect(withoutToken(c))
    }
    if (isAllowed) return await next()
    return unauthorized(c)
  }
}

function isToken(text: string | undefined, token: string): boolean {
  return text !== undefined && equalTokens(text, token)
}

function bearer(c: Context): string | undefined {
  return /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
}

function unauthorized(c: Context): Response {
  c.header('WWW-Authenticate', 'Bearer')
  c.header('Cache-Control', 'no-store')
  const problem = pageWords(requestLanguage(c)).problem.token
  return c.req.path.startsWith('/api/') ? c.json({ problem }, 401) : c.text(`${problem}\n`, 401)
}

/** The address that the request is for, without its token; a path, so that no host gets in. */
function withoutToken(c: Context): string {
  const { pathname, searchParams } = new URL(c.req.url)
  searchParams.delete('token')
  const query = searchParams.toString()
  return `${pathname.replace(/^\/+/, '/')}${query ? `?${query}` : ''}`
}

/**
 * Refuses a request that changes something unless it comes from a page of this server. A browser
 * states the origin of such a request; a program states none, and has the token in a header that
 * no foreign page can set.
 */
const ownOrigin: MiddlewareHandler = async (c, next) => {
  if (READS.has(c.req.method)) return await next()
  const origin = c.req.header('origin')
  const isOwn =
    origin === undefined ? bearer(c) !== undefined : originHost(origin) === c.req.header('host')
  if (isOwn) return await next()
  return c.text('A request that changes something must come from a page of this server.\n', 403)
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

/** The page loads nothing from other hosts, runs no inline code, and cannot be framed. */
const headers: MiddlewareHandler = secureHeaders({
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
