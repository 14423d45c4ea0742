// Runs the quickstart under strace and lists what it does outside: a connection or a listener beyond
// this machine, a DNS lookup, a file written outside the folders of studies, cache and temporary
// files. First it traces programs that do each of these, so that it cannot miss them unnoticed.
//
//   scripts/setup-strace.sh && node scripts/check-offline.mjs
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build.mjs'

/** The first process of the last trace: the library names its log after it. */
let lastPid = 0
const root = fileURLToPath(new URL('..', import.meta.url))
const CALLS =
  'connect,bind,sendto,sendmsg,sendmmsg,open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,' +
  'rename,renameat,renameat2,link,linkat,symlink,symlinkat'

buildIfStale()
const folder = mkdtempSync(join(tmpdir(), 'tune-offline-'))
try {
  checkControls()
  const studies = join(folder, 'studies')
  const actions = traced('quickstart', [
    join(root, 'bin/tune.js'),
    ...['quickstart', '--port', '0', '--studies', studies],
  ])
  for (const action of actions) console.error(action)
  assert.equal(actions.length, 0, `${actions.length} actions outside`)
  console.log('the quickstart connects to nothing and writes only where it may')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Programs that reach out. Each must be found. */
function checkControls() {
  const check = (name, source, pattern) => {
    const actions = traced(name, ['--input-type=module', '--eval', source])
    assert.ok(
      actions.some(action => pattern.test(action)),
      `the control "${name}" was not found in: ${actions.join('; ')}`,
    )
  }
  check(
    'telemetry',
    `import { createRequire } from 'node:module'
     const ort = createRequire('${join(root, 'package.json')}')('onnxruntime-node')
     await ort.InferenceSession.create(new Uint8Array([1])).catch(() => {})`,
    /^writes .*\/Microsoft\/.*deviceid/,
  )
  rmSync(`/tmp/mat-debug-${lastPid}.log`, { force: true })
  check(
    'lookup',
    `import { lookup } from 'node:dns'; lookup('host.invalid', () => {})`,
    /^looks up/,
  )
  check(
    'connection',
    `import { connect } from 'node:net'
     connect(9, '192.0.2.1').on('error', () => {}).setTimeout(100, () => process.exit())`,
    /^connects to 192\.0\.2\.1/,
  )
  check(
    'listener',
    `import { createServer } from 'node:net'
     const server = createServer().listen(0, '0.0.0.0', () => server.close())`,
    /^listens on 0\.0\.0\.0/,
  )
}

/**
 * Runs Node under strace with a home of its own and without CI, which switches telemetry off.
 *
 * @param {string} name
 * @param {string[]} args
 * @returns {string[]} what it did outside, each once
 */
function traced(name, args) {
  const [home, temporary] = ['home', 'tmp'].map(part => join(folder, `${name}-${part}`))
  for (const made of [join(home, '.cache'), temporary]) mkdirSync(made, { recursive: true })
  const trace = join(folder, `${name}.trace`)
  const { CI: _, ORT_DISABLE_TELEMETRY: __, XDG_CACHE_HOME: ___, ...inherited } = process.env
  const { status } = spawnSync(
    'strace',
    ['-f', '-y', '-qq', '--seccomp-bpf', '-s', '4096', '-o', trace, '-e', `trace=${CALLS}`].concat(
      process.execPath,
      args,
    ),
    {
      cwd: root,
      env: { ...inherited, HOME: home, TMPDIR: temporary, UV_USE_IO_URING: '0' },
      stdio: ['ignore', name === 'quickstart' ? 'inherit' : 'ignore', 'inherit'],
    },
  )
  assert.equal(status, 0, `${name} ended with ${status}`)
  const allowed = [join(folder, 'studies'), join(home, '.cache/tune'), temporary]
  const lines = readFileSync(trace, 'utf8')
  lastPid = Number.parseInt(lines, 10)
  return [...new Set(actionsIn(lines, allowed))]
}

/** @param {string} trace @param {string[]} allowed folders that may be written to */
function* actionsIn(trace, allowed) {
  const unfinished = new Map()
  for (const line of trace.split('\n')) {
    const [, pid, text] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    if (!pid) continue
    if (text.endsWith(' <unfinished ...>')) {
      unfinished.set(pid, text.slice(0, -' <unfinished ...>'.length))
      continue
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)
    const call = resumed ? `${unfinished.get(pid) ?? ''}${resumed[1]}` : text
    const [, name, rest] = /^(\w+)\((.*)$/.exec(call) ?? []
    if (!name) continue
    const action = /^(connect|bind|send)/.test(name)
      ? network(name, rest)
      : file(name, rest, allowed)
    if (action) yield action
  }
}

/** @param {string} name @param {string} rest */
function network(name, rest) {
  const port = Number(/sin6?_port=htons\((\d+)\)/.exec(rest)?.[1])
  const address =
    /sin_addr=inet_addr\("([^"]+)"\)/.exec(rest)?.[1] ??
    /inet_pton\(AF_INET6, "([^"]+)"/.exec(rest)?.[1]
  if (/nscd|systemd\/resolve/.test(rest)) return `looks up a host: ${name}(${rest}`
  if (!address) return null
  if (name !== 'bind' && port === 53) return `looks up a host, at ${address}`
  if (/^(127\.|::1$|::ffff:127\.)/.test(address)) return null
  return `${name === 'bind' ? 'listens on' : 'connects to'} ${address} port ${port}`
}

/** @param {string} name @param {string} rest @param {string[]} allowed */
function file(name, rest, allowed) {
  const failed = /\)\s+= -1 /.test(rest)
  // resolv.conf alone is read when Node opens a port.
  if (/"\/etc\/hosts"/.test(rest)) return 'looks up a host: reads /etc/hosts'
  if (failed) return null
  if (/^(open|creat)/.test(name)) {
    if (name !== 'creat' && !/O_WRONLY|O_RDWR|O_CREAT/.test(rest)) return null
    return written(/= \d+<([^>]*)>/.exec(rest)?.[1] ?? rest, allowed)
  }
  const paths = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path]) => resolve(root, path))
  return written(paths.at(-1) ?? rest, allowed)
}

/** @param {string} path @param {string[]} allowed */
function written(path, allowed) {
  const free = [...allowed, '/proc', '/dev/null', '/dev/tty', '/dev/pts']
  return free.some(folder => path === folder || path.startsWith(`${folder}/`))
    ? null
    : `writes ${path}`
}
