import { createServer, type Server, type Socket } from 'node:net'
import { chmod } from 'node:fs/promises'
import { UserError } from '../errors.js'
import { newAddresses, removeAddress } from './control-address.js'
import { errorMessage, onMessages, send, type Request } from './control-protocol.js'

/** What a manager does for other processes, by method. */
export type ControlMethods = Readonly<Record<string, (params: never) => unknown>>

/**
 * The manager's end of a study's control channel. Only the owner of the study's folder can reach
 * it.
 *
 * `waiting`: listens, and keeps requests until there is somebody to answer them. `serving`:
 * answers. `closed`: takes nothing; requests under way are answered first.
 */
export class ControlServer {
  readonly #dir: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #watchers = new Set<Socket>()
  readonly #pending = new Set<Promise<void>>()
  #state:
    | { readonly name: 'waiting'; readonly requests: (() => void)[] }
    | { readonly name: 'serving'; readonly methods: ControlMethods }
    | { readonly name: 'closed' } = { name: 'waiting', requests: [] }

  private constructor(dir: string) {
    this.#dir = dir
    this.#server = createServer(socket => this.#connect(socket))
    // A manager that forgets to close must still be able to end.
    this.#server.unref()
  }

  /**
   * Listens; the caller holds the study's lock. A disk that takes no files leaves it unreachable.
   */
  static async open(dir: string): Promise<ControlServer> {
    const control = new ControlServer(dir)
    try {
      for await (const path of newAddresses(dir)) if (await control.#listen(path)) break
    } catch {
      // The study can still be run, and stopped by a signal.
    }
    return control
  }

  /** Answers requests with these methods from now on, those first that have been waiting. */
  serve(methods: ControlMethods): void {
    if (this.#state.name === 'closed') return
    const waiting = this.#state.name === 'waiting' ? this.#state.requests : []
    this.#state = { name: 'serving', methods }
    for (const answer of waiting) answer()
  }

  /** Sends an event to everybody who watches. Somebody too slow to read is disconnected. */
  publish(event: unknown): void {
    for (const socket of this.#watchers) {
      if (socket.writableLength > 1 << 20) socket.destroy()
      else send(socket, { event })
    }
  }

  /** Answers what is under way, then ends all connections. */
  async close(): Promise<void> {
    if (this.#state.name === 'closed') return
    this.#state = { name: 'closed' }
    const closed = new Promise(resolve => this.#server.close(resolve))
    await Promise.all(this.#pending)
    for (const socket of this.#sockets) socket.destroySoon()
    if (this.#server.listening) await closed
    await removeAddress(this.#dir)
  }

  #listen(path: string): Promise<boolean> {
    return new Promise(resolve => {
      const refused = () => resolve(false)
      this.#server.once('error', refused)
      this.#server.listen(path, () => {
        this.#server.off('error', refused)
        resolve(process.platform === 'win32' || chmod(path, 0o600).then(() => true))
      })
    })
  }

  #connect(socket: Socket): void {
    this.#sockets.add(socket)
    socket.unref()
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#watchers.delete(socket)
    })
    onMessages(socket, message => this.#receive(socket, message as Request))
  }

  #receive(socket: Socket, request: Request): void {
    if (typeof request?.id !== 'number' || typeof request.method !== 'string') {
      socket.destroy()
      return
    }
    if (this.#state.name === 'closed') return
    send(socket, { id: request.id, accepted: true })
    if (request.method === 'watch') this.#watchers.add(socket)
    if (this.#state.name === 'waiting')
      this.#state.requests.push(() => this.#answer(socket, request))
    else this.#answer(socket, request)
  }

  #answer(socket: Socket, { id, method, params }: Request): void {
    const answer = async (): Promise<void> => {
      try {
        const result = method === 'watch' ? null : await this.#call(method, params)
        send(socket, { id, result: result ?? null })
      } catch (error) {
        send(socket, { id, error: errorMessage(error) })
      }
    }
    const done = answer().finally(() => this.#pending.delete(done))
    this.#pending.add(done)
  }

  #call(method: string, params: unknown): unknown {
    const methods = this.#state.name === 'serving' ? this.#state.methods : {}
    if (!Object.hasOwn(methods, method))
      throw new UserError(
        `request ${JSON.stringify(method)}`,
        'is not one that the process which runs this study answers',
        'Stop the study and run it with this version of tune',
      )
    return methods[method]!(params as never)
  }
}
