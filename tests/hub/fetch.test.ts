import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { UserError } from '../../src/errors.js'
import { fetchFromHub, fetchPinned, localPath, type FetchProgress } from '../../src/hub/index.js'
import { COMMIT, hubServer } from './server.js'

const weights = 'w'.repeat(300_000)
const files = {
  'config.json': '{"model_type":"llama"}',
  'tokenizer.json': '{}',
  'model.safetensors': weights,
  'consolidated.safetensors': weights,
  'pytorch_model.bin': 'pickle',
  'README.md': '# Ada',
  'data/train.jsonl': '{"prompt":"Hi","answer":"Ho"}\n',
  'data/test.jsonl': '{"prompt":"a","answer":"b"}\n',
}
const MODEL = ['config.json', 'model.safetensors', 'tokenizer.json']

let hub: Awaited<ReturnType<typeof hubServer>>
let home: string

beforeAll(async () => {
  hub = await hubServer(files)
})
afterAll(() => hub.close())

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tune-hub-'))
  for (const name of [
    'HF_TOKEN',
    'HUGGING_FACE_HUB_TOKEN',
    'HF_TOKEN_PATH',
    'HF_HUB_OFFLINE',
    'TRANSFORMERS_OFFLINE',
    'HF_HUB_DOWNLOAD_TIMEOUT',
    'HF_HUB_CACHE',
    'HUGGINGFACE_HUB_CACHE',
    'MODELSCOPE_API_TOKEN',
  ])
    vi.stubEnv(name, undefined)
  vi.stubEnv('HF_HOME', home)
  vi.stubEnv('XDG_CACHE_HOME', home)
  vi.stubEnv('HF_ENDPOINT', hub.url)
  vi.stubEnv('MODELSCOPE_ENDPOINT', hub.url)
  hub.asked.length = 0
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
  for (const key of Object.keys(hub.mood)) delete hub.mood[key as keyof typeof hub.mood]
})

describe('a model named by a hub', () => {
  it('is fetched into the cache of Hugging Face, and only what is needed of it', async () => {
    const folder = await fetchFromHub('hf:ada/small')
    expect(folder).toBe(join(home, 'hub', 'models--ada--small', 'snapshots', COMMIT))
    expect(readdirSync(folder).sort()).toEqual(MODEL)
    expect(readFileSync(join(folder, 'model.safetensors'), 'utf8')).toBe(weights)
    expect(readFileSync(join(home, 'hub', 'models--ada--small', 'refs', 'main'), 'utf8')).toBe(
      COMMIT,
    )
    expect(localPath('hf:ada/small')).toBe(folder)
  })

  it('tells how far it is', async () => {
    const seen: FetchProgress[] = []
    await fetchFromHub('hf:ada/small', { onProgress: progress => seen.push(progress) })
    expect(seen.at(-1)).toEqual({
      reference: 'hf:ada/small',
      file: 'model.safetensors',
      bytes: seen[0]!.totalBytes,
      totalBytes: weights.length + 24,
    })
    expect(seen.map(({ bytes }) => bytes)).toEqual(
      seen.map(({ bytes }) => bytes).sort((a, b) => a - b),
    )
  })

  it('is not asked for again', async () => {
    const folder = await fetchFromHub('hf:ada/small')
    hub.asked.length = 0
    expect(await fetchFromHub('hf:ada/small')).toBe(folder)
    expect(hub.asked).toEqual([])
  })

  it('may be one that Python fetched', async () => {
    const folder = join(home, 'hub', 'models--ada--small', 'snapshots', COMMIT)
    mkdirSync(folder, { recursive: true })
    mkdirSync(join(folder, '../../refs'))
    writeFileSync(join(folder, '../../refs/main'), COMMIT)
    writeFileSync(join(folder, '../../blob'), '{}')
    for (const name of ['config.json', 'tokenizer.json'])
      symlinkSync('../../blob', join(folder, name))
    expect(() => localPath('hf:ada/small')).toThrow('hf:ada/small: is not in the cache')
    symlinkSync('../../blob', join(folder, 'model.safetensors'))
    expect(await fetchFromHub('hf:ada/small')).toBe(folder)
    expect(hub.asked).toEqual([])
  })

  it('is pinned to the commit that its branch stands at', async () => {
    const { folder, pinned } = await fetchPinned('hf:ada/small@v1')
    expect(pinned).toBe(`hf:ada/small@${COMMIT}`)
    expect(localPath(pinned)).toBe(folder)
    hub.asked.length = 0
    expect(await fetchPinned(pinned)).toEqual({ folder, pinned })
    expect(hub.asked).toEqual([])
  })

  it('is gone on with where the connection broke', async () => {
    hub.mood.breaks = { after: 100_000, times: 2 }
    const folder = await fetchFromHub('hf:ada/small')
    expect(readFileSync(join(folder, 'model.safetensors'), 'utf8')).toBe(weights)
    const ranges = hub.asked.filter(line => line.startsWith('resolve model.safetensors'))
    expect(ranges).toEqual([
      'resolve model.safetensors',
      'resolve model.safetensors bytes=100000-',
      'resolve model.safetensors bytes=200000-',
    ])
  })

  it('is gone on with by the next call where one was stopped', async () => {
    hub.mood.breaks = { after: 100_000, times: 1 }
    const stop = new AbortController()
    const stopped = fetchFromHub('hf:ada/small', {
      signal: stop.signal,
      onProgress: ({ bytes }) => bytes > 100_000 && stop.abort(),
    })
    await expect(stopped).rejects.toThrow('abort')
    expect(() => localPath('hf:ada/small')).toThrow(UserError)
    hub.asked.length = 0
    expect(
      readFileSync(join(await fetchFromHub('hf:ada/small'), 'model.safetensors'), 'utf8'),
    ).toBe(weights)
    expect(hub.asked.filter(line => line.startsWith('resolve'))).toEqual([
      expect.stringMatching(/^resolve model\.safetensors bytes=\d+-$/),
    ])
  })

  it('is gone on with where the hub stalled', async () => {
    vi.stubEnv('HF_HUB_DOWNLOAD_TIMEOUT', '0.5')
    hub.mood.stalls = { after: 100_000, times: 2 }
    const folder = await fetchFromHub('hf:ada/small')
    expect(readFileSync(join(folder, 'model.safetensors'), 'utf8')).toBe(weights)
    expect(hub.asked.filter(line => line.startsWith('resolve model.safetensors'))).toEqual([
      'resolve model.safetensors',
      'resolve model.safetensors bytes=100000-',
      'resolve model.safetensors bytes=200000-',
    ])
  })

  it('is refused by a hub that stalls for good, and gone on with later', async () => {
    vi.stubEnv('HF_HUB_DOWNLOAD_TIMEOUT', '0.2')
    hub.mood.stalls = { after: 0, times: 99 }
    await expectRefusal(
      'hf:ada/small',
      /could not be fetched: nothing has arrived for 0\.2 s\. Try again later: the download is resumed/,
    )
    delete hub.mood.stalls
    expect(readdirSync(await fetchFromHub('hf:ada/small')).sort()).toEqual(MODEL)
  })

  it('is refused by a hub that never lists its files', async () => {
    vi.stubEnv('HF_HUB_DOWNLOAD_TIMEOUT', '0.5')
    hub.mood.silent = true
    await expectRefusal('hf:ada/small', /cannot be reached: it has sent no list of files within/)
    await expectRefusal('modelscope:ada/small', /it has sent no list of files within 0\.5 s/)
  })

  it('is refused where more arrives than was announced, and nothing of it is kept', async () => {
    hub.mood.endless = true
    await expectRefusal(
      'hf:ada/small',
      /the hub sends more than the 22 bytes that it announced\. Try again/,
    )
    expect(readdirSync(join(home, 'hub/models--ada--small/blobs'))).toEqual([])
  })

  it('is fetched whole from a server that knows no ranges', async () => {
    hub.mood.breaks = { after: 100_000, times: 1 }
    hub.mood.whole = true
    expect(
      readFileSync(join(await fetchFromHub('hf:ada/small'), 'model.safetensors'), 'utf8'),
    ).toBe(weights)
  })

  it('is refused where it arrives as something else, and nothing of it is kept', async () => {
    hub.mood.spoilt = 'other'
    await expectRefusal('hf:ada/small', /config\.json: the download does not have the hub's SHA-1/)
    expect(readdirSync(join(home, 'hub/models--ada--small/blobs'))).toEqual([])
    delete hub.mood.spoilt
    expect(readdirSync(await fetchFromHub('hf:ada/small')).sort()).toEqual(MODEL)
  })

  it('is fetched anew where what an earlier call left is damaged', async () => {
    const blobs = join(await fetchFromHub('hf:ada/small'), '../../blobs')
    const blob = readdirSync(blobs).find(name => name.length === 64)!
    rmSync(join(blobs, blob))
    writeFileSync(join(blobs, `${blob}.incomplete`), 'x'.repeat(50_000))
    expect(
      readFileSync(join(await fetchFromHub('hf:ada/small'), 'model.safetensors'), 'utf8'),
    ).toBe(weights)
  })

  it('that is gated says where to agree, and comes with a token', async () => {
    hub.mood.gated = 'hf_secret'
    await expectRefusal(
      'hf:ada/small',
      new RegExp(
        `is gated: its authors require your consent. Agree on ${hub.url}/ada/small, and set HF_TOKEN`,
      ),
    )
    vi.stubEnv('HF_TOKEN', 'hf_other')
    await expectRefusal('hf:ada/small', /is gated/)
    vi.stubEnv('HF_TOKEN', undefined)
    writeFileSync(join(home, 'token'), 'hf_secret\n')
    expect(readdirSync(await fetchFromHub('hf:ada/small')).sort()).toEqual(MODEL)
  })

  it('that is not there is said so', async () => {
    await expectRefusal('hf:ada/none', /hf:ada\/none: there is no such model on http:/)
    await expectRefusal('hf:ada/small@v9', /has no revision v9/)
    await expectRefusal('hf:ada/small/file', /is not a name on a hub. Write hf:org\/name/)
    await expectRefusal('hf:../small', /is not a name on a hub/)
  })

  it('stays away where nothing may be fetched, unless it is in the cache', async () => {
    vi.stubEnv('HF_HUB_OFFLINE', '1')
    await expectRefusal(
      'hf:ada/small',
      /is not in the cache, and HF_HUB_OFFLINE forbids to fetch it\. Unset HF_HUB_OFFLINE/,
    )
    expect(hub.asked).toEqual([])
    vi.stubEnv('HF_HUB_OFFLINE', undefined)
    const folder = await fetchFromHub('hf:ada/small')
    vi.stubEnv('HF_HUB_OFFLINE', '1')
    hub.asked.length = 0
    expect(await fetchPinned('hf:ada/small')).toEqual({ folder, pinned: `hf:ada/small@${COMMIT}` })
    expect(hub.asked).toEqual([])
  })

  it('says so where no hub answers', async () => {
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9')
    await expectRefusal(
      'hf:ada/small',
      /the hub cannot be reached: .*Check the network and HF_ENDPOINT/,
    )
  })

  it('may be on ModelScope', async () => {
    hub.mood.breaks = { after: 100_000, times: 1 }
    const folder = await fetchFromHub('modelscope:ada/small')
    expect(readdirSync(folder).sort()).toEqual(MODEL)
    expect(readFileSync(join(folder, 'model.safetensors'), 'utf8')).toBe(weights)
    expect((await fetchPinned('modelscope:ada/small')).pinned).toBe('modelscope:ada/small')
    expect(localPath('modelscope:ada/small')).toBe(folder)
  })
})

describe('a data set named by a hub', () => {
  it('is fetched, all of it or a part', async () => {
    const folder = await fetchFromHub('hf:datasets/ada/small')
    expect(folder).toBe(join(home, 'hub', 'datasets--ada--small', 'snapshots', COMMIT))
    expect(readdirSync(join(folder, 'data')).sort()).toEqual(['test.jsonl', 'train.jsonl'])
    expect(localPath('hf:datasets/ada/small')).toBe(folder)
    expect(localPath('hf:datasets/ada/small/data/train.jsonl')).toBe(
      join(folder, 'data/train.jsonl'),
    )
  })

  it('leaves out what was not named', async () => {
    const file = await fetchFromHub('hf:datasets/ada/small/data/train.jsonl')
    expect(readFileSync(file, 'utf8')).toBe(files['data/train.jsonl'])
    expect(readdirSync(join(file, '..'))).toEqual(['train.jsonl'])
    expect(() => localPath('hf:datasets/ada/small')).toThrow('is not in the cache')
  })
})

describe('a path', () => {
  it('stays what it is', () => {
    expect(localPath('/models/ada')).toBe('/models/ada')
  })
})

async function expectRefusal(reference: string, message: RegExp): Promise<void> {
  const error: unknown = await fetchFromHub(reference).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).message).toMatch(message)
}
