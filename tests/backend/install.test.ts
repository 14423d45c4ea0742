import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { installTensorflow, listBackends, removeBackend } from '../../src/backend/index.js'
import { nvidiaGpus } from '../../src/backend/nvidia-gpus.js'
import { pythonWithPip } from '../../src/backend/find-python.js'
import { fetchTensorflow } from '../../src/backend/tensorflow-wheel.js'
import { locateTfjsNode } from '../../src/compile/engines/tensorflow-package.js'

let folder: string
let cache: string
const before = { ...process.env }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tune-backend-'))
  cache = join(folder, 'backends')
  mkdirSync(join(folder, 'bin'))
})
afterEach(() => {
  process.env = { ...before }
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(process.platform !== 'linux')('an installation of TensorFlow', () => {
  const install = () =>
    installTensorflow({ gpu: false, force: true, onProgress: () => undefined, cache })

  it('wants a compiler before anything is fetched, and says how to get one', async () => {
    program('python3', 'echo 3')
    onlyPath()
    await expect(install()).rejects.toMatchObject({
      subject: 'g++',
      problem: expect.stringContaining('not found on PATH') as string,
      remedy: expect.stringContaining('apt-get install g++') as string,
    })
  })

  it('wants Python, and says how to get it', async () => {
    program('g++', 'exit 0')
    onlyPath()
    await expect(install()).rejects.toMatchObject({
      subject: 'python3',
      remedy: expect.stringContaining('apt-get install python3 python3-pip') as string,
    })
  })

  it('leaves nothing behind when it fails', async () => {
    program('g++', 'exit 0')
    onlyPath()
    await install().catch(() => undefined)
    expect(readdirSync(cache)).toEqual([])
  })

  it('for GPUs is not begun on a machine that has none', async () => {
    if (nvidiaGpus().length > 0) return
    await expect(
      installTensorflow({ gpu: true, force: false, onProgress: () => undefined, cache }),
    ).rejects.toMatchObject({
      subject: '--gpu',
      remedy: expect.stringContaining('without --gpu') as string,
    })
  })

  it('clears away what one that was killed long ago has left', async () => {
    program('python3', 'echo 3')
    onlyPath()
    const [old, recent] = ['.installing-old', '.installing-new'].map(name => join(cache, name)) as [
      string,
      string,
    ]
    for (const place of [old, recent]) mkdirSync(place, { recursive: true })
    utimesSync(old, 0, 0)
    await install().catch(() => undefined)
    expect(readdirSync(cache)).toEqual(['.installing-new'])
  })

  it('is not begun on a disk that is too small', async () => {
    program('g++', 'exit 0')
    onlyPath()
    // No disk has 10 PiB: to the check every one is a small one.
    await expect(
      installTensorflow({
        gpu: false,
        force: true,
        onProgress: () => undefined,
        cache,
        needed: 2 ** 23,
      }),
    ).rejects.toMatchObject({
      subject: cache,
      remedy: expect.stringContaining('XDG_CACHE_HOME') as string,
    })
  })
})

describe('Python', () => {
  it('with pip is taken as it is', async () => {
    const python = program('python3', 'echo 3')
    onlyPath()
    expect(await pythonWithPip(join(folder, 'venv'), () => undefined)).toBe(python)
  })

  it('without pip gets a virtual environment', async () => {
    program(
      'python3',
      'case "$*" in *pip*) exit 1;; *venv*) /bin/mkdir -p "$3/bin" && printf "#!/bin/sh\\nexit 0\\n" > "$3/bin/python" && /bin/chmod +x "$3/bin/python";; *) echo 3;; esac',
    )
    onlyPath()
    expect(await pythonWithPip(join(folder, 'venv'), () => undefined)).toBe(
      join(folder, 'venv/bin/python'),
    )
  })

  it('with neither says which package is missing', async () => {
    program('python3', 'case "$*" in *-m*) exit 1;; *) echo 3;; esac')
    onlyPath()
    await expect(pythonWithPip(join(folder, 'venv'), () => undefined)).rejects.toMatchObject({
      problem: 'has neither pip nor a venv to get it from',
      remedy: expect.stringContaining('python3-pip') as string,
    })
  })

  it('of version 2 is refused', async () => {
    program('python', 'echo 2')
    onlyPath()
    await expect(pythonWithPip(join(folder, 'venv'), () => undefined)).rejects.toMatchObject({
      problem: expect.stringContaining('not a Python 3') as string,
    })
  })
})

describe('what pip complains of', () => {
  it.each([
    [
      'a full disk',
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      'disk',
      'Free some space',
    ],
    [
      'no network',
      'WARNING: Retrying: NewConnectionError: Temporary failure in name resolution',
      'tensorflow-cpu==1',
      'Check the network',
    ],
    [
      'no such wheel',
      'ERROR: No matching distribution found for tensorflow-cpu==1 (from versions: 2.20)',
      'tensorflow-cpu==1',
      'use the engine onnxruntime',
    ],
    ['anything else', 'ERROR: the moon is full', 'tensorflow-cpu==1', 'pip download'],
  ])('is told with its remedy: %s', async (_what, words, subject, remedy) => {
    const python = program('python3', `echo '${words}' >&2; exit 1`)
    await expect(
      fetchTensorflow(python, 'tensorflow-cpu==1', join(folder, 'work/site'), () => undefined),
    ).rejects.toMatchObject({ subject, remedy: expect.stringContaining(remedy) as string })
  })
})

describe('installed backends', () => {
  it('are listed, found and removed; half an installation is none', async () => {
    const gpu = installed('tensorflow-gpu')
    installed('tensorflow')
    rmSync(join(installed('tensorflow', '2.20.0'), 'node_modules'), { recursive: true })
    expect((await listBackends(cache)).map(({ name, version }) => [name, version])).toEqual([
      ['tensorflow-gpu', '2.21.0'],
      ['tensorflow', '2.21.0'],
    ])
    await expect(removeBackend('tensorflw', cache)).rejects.toMatchObject({
      remedy: 'Name one that is: tensorflow-gpu, tensorflow',
    })
    expect(await removeBackend('tensorflow-gpu', cache)).toEqual([gpu])
    expect(existsSync(gpu)).toBe(false)
    expect((await listBackends(cache)).map(({ name }) => name)).toEqual(['tensorflow'])
  })

  it('are loaded from the folder that TUNE_TENSORFLOW names', () => {
    const place = installed('tensorflow')
    process.env['TUNE_TENSORFLOW'] = place
    expect(locateTfjsNode()).toMatchObject({
      folder: join(place, 'node_modules/@tensorflow/tfjs-node-gpu'),
      installed: { variant: 'tensorflow', tensorflow: '2.21.0' },
    })
  })
})

/** A folder as an installation leaves it. */
function installed(variant: string, version = '2.21.0'): string {
  const place = join(cache, `${variant}-${version}`)
  const lib = join(place, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8')
  mkdirSync(lib, { recursive: true })
  writeFileSync(join(lib, 'tfjs_binding.node'), '')
  writeFileSync(
    join(place, 'backend.json'),
    JSON.stringify({ variant, tensorflow: version, tfjsNode: '4.22.0' }),
  )
  return place
}

function program(name: string, script: string): string {
  const path = join(folder, 'bin', name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}

/** This machine has nothing but what the test put there, and Node. */
function onlyPath(): void {
  delete process.env['CXX']
  symlinkSync(process.execPath, join(folder, 'bin/node'))
  process.env['PATH'] = join(folder, 'bin')
}
