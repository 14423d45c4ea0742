import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { isHeld, openStore, requestStop } from '../../src/storage/index.js'
import { answering, ask, listenOn, studyEndpoints } from '../../src/storage/endpoint.js'
import { claim } from '../../src/storage/holder.js'
import { holderPath } from '../../src/storage/paths.js'
import { newDocument, temporaryStudy } from './fixtures.js'
import { firstLine, kill, otherProcess } from './processes.js'

const holdStudy = `
const store = await storage.openStore(args[0], () => JSON.parse(args[1]))
store.control.serve({ stop: () => void store.close().then(() => process.exit(7)) })
console.log('holding')
setInterval(() => {}, 1000)
`

describe('a study that another process runs', () => {
  it('is refused with its process id and the way out', async () => {
    const dir = temporaryStudy()
    const other = otherProcess(holdStudy, dir, JSON.stringify(newDocument()))
    await firstLine(other)
    await expect(openStore(dir)).rejects.toThrow(UserError)
    await expect(openStore(dir)).rejects.toThrow(
      `study "llama": is being run by process ${other.pid}. Watch it with "tune serve", or end it with "tune study stop llama".`,
    )
    expect(await isHeld(dir)).toBe(true)
  })

  it('is refused by another spelling of its folder too', async () => {
    const dir = temporaryStudy()
    const other = otherProcess(holdStudy, dir, JSON.stringify(newDocument()))
    await firstLine(other)
    symlinkSync(dir, `${dir}-link`)
    await expect(openStore(`${dir}-link`)).rejects.toThrow(`process ${other.pid}`)
    await expect(openStore(join(dir, '..', 'llama'))).rejects.toThrow(`process ${other.pid}`)
  })

  it('is free the moment that process is killed', async () => {
    const dir = temporaryStudy()
    for (let times = 0; times < 3; times++) {
      const other = otherProcess(holdStudy, dir, JSON.stringify(newDocument()))
      await firstLine(other)
      await kill(other)
      expect(await isHeld(dir)).toBe(false)
      const store = await openStore(dir)
      await store.close()
    }
  })

  it('stops when it is asked to', async () => {
    const dir = temporaryStudy()
    const other = otherProcess(holdStudy, dir, JSON.stringify(newDocument()))
    const ended = new Promise(resolve => other.on('exit', resolve))
    await firstLine(other)
    expect(await requestStop(dir)).toBe(true)
    expect(await ended).toBe(7)
    expect(await requestStop(dir)).toBe(false)
  })
})

it('of many processes that start at once, one gets the study', async () => {
  const dir = temporaryStudy()
  mkdirSync(dir)
  const race = `
    try { await storage.openStore(args[0], () => JSON.parse(args[1])); console.log('holding') } catch (error) { console.log(error.name) }
    setInterval(() => {}, 1000)
  `
  const others = Array.from({ length: 5 }, () =>
    otherProcess(race, dir, JSON.stringify(newDocument())),
  )
  const outcomes = await Promise.all(others.map(firstLine))
  expect(outcomes.sort()).toEqual(['UserError', 'UserError', 'UserError', 'UserError', 'holding'])
}, 180_000)

it('opened twice in one process, a study is refused', async () => {
  const dir = temporaryStudy()
  const store = await openStore(dir, newDocument)
  await expect(openStore(dir)).rejects.toThrow('this very process')
  await store.close()
  await (await openStore(dir)).close()
})

it('a study whose files are damaged is not held by the attempt to open it', async () => {
  const dir = temporaryStudy()
  mkdirSync(dir)
  writeFileSync(join(dir, 'study.json'), '{')
  await expect(openStore(dir)).rejects.toThrow('is not JSON')
  expect(await isHeld(dir)).toBe(false)
})

it('a stop that was asked for before anybody listens is not lost', async () => {
  const dir = temporaryStudy()
  const store = await openStore(dir, newDocument)
  expect(await requestStop(dir)).toBe(true)
  expect(await new Promise(resolve => store.control.serve({ stop: () => resolve('stop') }))).toBe(
    'stop',
  )
  await store.close()
})

it('a holder that does not answer is told apart from none', async () => {
  const dir = temporaryStudy()
  const other = otherProcess(
    `${holdStudy}; setTimeout(() => { for (;;); }, 50)`,
    dir,
    JSON.stringify(newDocument()),
  )
  await firstLine(other)
  await new Promise(resolve => setTimeout(resolve, 200))
  await expect(requestStop(dir)).rejects.toThrow(`process ${other.pid} does not answer`)
  await expect(openStore(dir)).rejects.toThrow(`is being run by process ${other.pid}`)
}, 180_000)

describe('a lock as a socket', () => {
  const places = async () => {
    const dir = temporaryStudy()
    mkdirSync(dir)
    const [inside, elsewhere] = await studyEndpoints(dir)
    // The first one's path is this process's own.
    return [
      { endpoint: inside!, path: join(dir, '.lock') },
      { endpoint: elsewhere!, path: elsewhere!.path },
    ]
  }
  const listen = `
    const { createServer } = await import('node:net')
    createServer(() => {}).listen(args[0], () => console.log('listening'))
  `

  it.each([0, 1])('%i: what a killed process left behind is replaced', async place => {
    const { endpoint: name, path } = (await places())[place]!
    const other = otherProcess(listen, path)
    await firstLine(other)
    expect(
      await listenOn(
        name,
        answering(() => 1),
      ),
    ).toBeNull()
    await kill(other)
    expect(existsSync(path)).toBe(true)
    const server = await listenOn(
      name,
      answering(() => 'mine'),
    )
    expect(await ask(name, 'who')).toEqual({ kind: 'answer', answer: 'mine' })
    expect(
      await listenOn(
        name,
        answering(() => 2),
      ),
    ).toBeNull()
    await new Promise(resolve => server!.close(resolve))
    expect(await ask(name, 'who')).toEqual({ kind: 'nobody' })
    name.close()
  })

  it('is not replaced while another machine may hold it', async () => {
    const dir = temporaryStudy()
    mkdirSync(dir)
    const other = otherProcess(listen, join(dir, '.lock'))
    await firstLine(other)
    await kill(other)
    const there = { pid: 4711, machine: 'there net:[1]', since: '2026-01-01T00:00:00.000Z' }
    writeFileSync(holderPath(dir), JSON.stringify(there))
    await expect(openStore(dir, newDocument)).rejects.toThrow('by process 4711 on there')
    expect(existsSync(join(dir, '.lock'))).toBe(true)
    utimesSync(holderPath(dir), new Date(Date.now() - 61_000), new Date(Date.now() - 61_000))
    await (await openStore(dir, newDocument)).close()
  })

  it('is held at any depth of folders', async () => {
    const dir = join(temporaryStudy(), 'a-rather-long-name-of-a-folder/'.repeat(8))
    mkdirSync(dir, { recursive: true })
    const store = await openStore(dir, newDocument)
    expect(await isHeld(dir)).toBe(true)
    expect(existsSync(join(dir, '.lock'))).toBe(true)
    await expect(openStore(dir)).rejects.toThrow('this very process')
    await store.close()
    expect(await isHeld(dir)).toBe(false)
  })

  const isRoot = process.platform === 'linux' && process.getuid?.() === 0
  it.skipIf(!isRoot)('cannot be taken, reached or stopped by another user', async () => {
    const dir = temporaryStudy()
    mkdirSync(dir)
    for (const path of [join(dir, '..'), dir]) chmodSync(path, 0o755)
    const store = await openStore(dir, newDocument)
    const attempt = (script: string) => {
      const flags = ['--reuid=65534', '--regid=65534', '--clear-groups']
      const line = [...flags, process.execPath, '--eval', script, dir]
      return spawnSync('setpriv', line, { encoding: 'utf8' }).stdout.trim()
    }
    const connect = (name: string) =>
      attempt(`require('net').connect(process.argv[1] + '/${name}')
        .on('connect', () => console.log('connected')).on('error', e => console.log(e.code))`)
    expect(connect('.lock')).toBe('EACCES')
    expect(connect('control/socket')).toBe('EACCES')
    await store.close()
    expect(
      attempt(`require('net').createServer().listen(process.argv[1] + '/.lock')
        .on('listening', () => console.log('listening')).on('error', e => console.log(e.code))`),
    ).toBe('EACCES')
    await (await openStore(dir)).close()
  })
})

describe('a folder that several machines share', () => {
  const here = { pid: process.pid, machine: 'here', since: '2026-01-01T00:00:00.000Z' }
  const there = { pid: 4711, machine: 'there net:[1]', since: '2026-01-01T00:00:00.000Z' }

  it('is respected while the other one is alive, and taken over when it has been silent', async () => {
    const dir = temporaryStudy()
    mkdirSync(dir)
    const leave = await claim(dir, there, { beatMs: 20 })
    await new Promise(resolve => setTimeout(resolve, 120))
    await expect(claim(dir, here, { silenceMs: 100 })).rejects.toThrow(
      /is being run by process 4711 on there, .*wait a minute or delete .*study\.json\.holder/,
    )
    await leave()
    writeFileSync(holderPath(dir), JSON.stringify(there))
    utimesSync(holderPath(dir), new Date(Date.now() - 61_000), new Date(Date.now() - 61_000))
    const release = await claim(dir, here)
    expect(JSON.parse(readFileSync(holderPath(dir), 'utf8'))).toEqual(here)
    await release()
    expect(existsSync(holderPath(dir))).toBe(false)
  })
})
