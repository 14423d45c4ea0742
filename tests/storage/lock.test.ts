import {
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { isHeld, openStore, requestStop } from '../../src/storage/index.js'
import { answering, ask, endpointFor, listenOn } from '../../src/storage/endpoint.js'
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

describe('where names live in files (macOS)', () => {
  const endpoint = () => {
    const { path, kind } = endpointFor(`${Math.random()}`, 'darwin')
    expect(kind).toBe('file')
    expect(path.startsWith(tmpdir())).toBe(true)
    return { path, kind }
  }
  const listen = `
    const { createServer } = await import('node:net')
    createServer(() => {}).listen(args[0], () => console.log('listening'))
  `

  it('what a killed process left behind is replaced', async () => {
    const name = endpoint()
    const other = otherProcess(listen, name.path)
    await firstLine(other)
    expect(
      await listenOn(
        name,
        answering(() => 1),
      ),
    ).toBeNull()
    await kill(other)
    expect(existsSync(name.path)).toBe(true)
    const server = await listenOn(
      name,
      answering(() => 'mine'),
    )
    expect(await ask(name, 'who')).toBe('mine')
    expect(
      await listenOn(
        name,
        answering(() => 2),
      ),
    ).toBeNull()
    await new Promise(resolve => server!.close(resolve))
    expect(await ask(name, 'who')).toBeNull()
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
