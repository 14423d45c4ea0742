import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { callManager, openStore, watchManager, watchStudy } from '../../src/storage/index.js'
import { controlDir } from '../../src/storage/paths.js'
import { newDocument, temporaryStudy } from './fixtures.js'
import { firstLine, kill, otherProcess } from './processes.js'

const manage = `
const store = await storage.openStore(args[0], () => JSON.parse(args[1]))
store.control.serve({ add: ({ a, b }) => a + b, never: () => new Promise(() => {}) })
console.log('listening')
setInterval(() => store.control.publish({ type: 'beat' }), 20)
`

describe('the control channel of a study', () => {
  it('answers requests of other processes, and says what is wrong with them', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    store.control.serve({
      double: (value: number) => value * 2,
      later: async () => (await new Promise(resolve => setTimeout(resolve, 20)), 'done'),
      refuse: () => {
        throw new UserError('trial 3', 'has ended', 'Take another')
      },
    })
    expect(await callManager(dir, 'double', 21)).toEqual({ kind: 'answer', result: 42 })
    expect(await callManager(dir, 'later')).toEqual({ kind: 'answer', result: 'done' })
    await expect(callManager(dir, 'refuse')).rejects.toThrow('trial 3: has ended. Take another.')
    await expect(callManager(dir, 'toString')).rejects.toThrow('request "toString"')
    await store.close()
    expect(await callManager(dir, 'double', 1)).toEqual({ kind: 'no-manager' })
  })

  it('calls back a watch of the study at each event but progress, without a look at its files', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    store.control.serve({})
    let calls = 0
    // So long between two looks at the files, only the channel can call back.
    const close = watchStudy(dir, () => calls++, { everyMs: 3_600_000 })
    const published = async (type: string) => {
      store.control.publish({ type })
      await new Promise(resolve => setTimeout(resolve, 30))
    }
    await expect.poll(() => published('epoch').then(() => calls)).toBeGreaterThan(0)
    const before = calls
    await published('progress')
    expect(calls).toBe(before)
    await published('trial-finished')
    expect(calls).toBe(before + 1)
    close()
    await published('epoch')
    expect(calls).toBe(before + 1)
    await store.close()
  })

  it('keeps requests that come before anybody answers', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    const answer = callManager(dir, 'double', 21)
    await new Promise(resolve => setTimeout(resolve, 50))
    store.control.serve({ double: (value: number) => value * 2 })
    expect(await answer).toEqual({ kind: 'answer', result: 42 })
    await store.close()
  })

  it('answers what is under way before it closes', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    let begun = () => {}
    const beginning = new Promise<void>(resolve => (begun = resolve))
    store.control.serve({
      slow: async () => (begun(), await new Promise(resolve => setTimeout(resolve, 50)), 'done'),
    })
    const answer = callManager(dir, 'slow')
    await beginning
    await store.close()
    expect(await answer).toEqual({ kind: 'answer', result: 'done' })
  })

  it('is gone with a manager that is killed, and the next one listens anew', async () => {
    const dir = temporaryStudy()
    const other = otherProcess(manage, dir, JSON.stringify(newDocument()))
    await firstLine(other)
    expect(await callManager(dir, 'add', { a: 1, b: 2 })).toEqual({ kind: 'answer', result: 3 })
    const lost = callManager(dir, 'never')
    await new Promise(resolve => setTimeout(resolve, 50))
    await kill(other)
    expect(await lost).toEqual({ kind: 'no-manager' })
    expect(await callManager(dir, 'add', { a: 1, b: 2 })).toEqual({ kind: 'no-manager' })
    const store = await openStore(dir)
    store.control.serve({ add: () => 'mine' })
    expect(await callManager(dir, 'add')).toEqual({ kind: 'answer', result: 'mine' })
    await store.close()
  })

  it('sends events to those who watch, until the manager ends', async () => {
    const dir = temporaryStudy()
    const other = otherProcess(manage, dir, JSON.stringify(newDocument()))
    await firstLine(other)
    const events: unknown[] = []
    const ended = new Promise<void>(resolve => {
      void watchManager(
        dir,
        event => {
          if (events.push(event) === 2) void kill(other)
        },
        resolve,
      )
    })
    await ended
    expect(events.slice(0, 2)).toEqual([{ type: 'beat' }, { type: 'beat' }])
    // A dying process closes its connections before the socket that it listens on.
    const watch = () =>
      watchManager(
        dir,
        () => {},
        () => {},
      )
    await expect.poll(watch).toBeNull()
  })

  it.skipIf(process.platform === 'win32')('is reachable by its owner only', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    expect(statSync(controlDir(dir)).mode & 0o777).toBe(0o700)
    expect(statSync(join(controlDir(dir), 'socket')).mode & 0o777).toBe(0o600)
    await store.close()
    expect(existsSync(controlDir(dir))).toBe(false)
  })

  it.skipIf(process.platform === 'win32')(
    'is elsewhere, and named, where the path of the folder is too long for a socket',
    async () => {
      const dir = temporaryStudy('a'.repeat(64))
      const deep = join(dir, 'b'.repeat(60))
      const store = await openStore(deep, newDocument)
      store.control.serve({ hello: () => 'hello' })
      const path = readFileSync(join(controlDir(deep), 'address'), 'utf8').trim()
      expect(Buffer.byteLength(path)).toBeLessThan(104)
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
      expect(await callManager(deep, 'hello')).toEqual({ kind: 'answer', result: 'hello' })
      await store.close()
      expect(existsSync(dirname(path))).toBe(false)
    },
  )

  it.skipIf(process.platform === 'win32')('ends connections that do not speak JSON', async () => {
    const dir = temporaryStudy()
    const store = await openStore(dir, newDocument)
    const socket = connect(join(controlDir(dir), 'socket'))
    const closed = new Promise(resolve => socket.on('close', resolve))
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await closed
    await store.close()
  })
})
