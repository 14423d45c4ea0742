import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostTensor } from '../../src/compile/program.js'
import { UserError } from '../../src/errors.js'
import { readHeader, readTensors, writeSafetensors } from '../../src/model-folder/safetensors.js'
import { temporaryFolder } from './fixtures.js'

interface Packed {
  readonly base64: string
  readonly tensors: Readonly<
    Record<string, { readonly shape: number[]; readonly values: readonly string[] }>
  >
}

/**
 * Files by Python's library and what torch reads from them: scripts/golden/safetensors_files.py.
 */
const golden = JSON.parse(
  readFileSync(new URL('../golden/safetensors.json', import.meta.url), 'utf8'),
) as { readonly python: Packed; readonly mixed: Packed }

const dir = temporaryFolder()
const path = join(dir, 'a.safetensors')

const names = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter(name => !['__proto__', 'constructor', 'prototype', '__metadata__'].includes(name))
const shapes = fc.array(fc.nat(4), { maxLength: 3 })
const tensors = fc.tuple(shapes, fc.boolean()).chain(([shape, ints]): fc.Arbitrary<HostTensor> => {
  const size = shape.reduce((a, b) => a * b, 1)
  return ints
    ? fc
        .int32Array({ minLength: size, maxLength: size })
        .map(data => ({ shape, dtype: 'int32' as const, data }))
    : fc
        .float32Array({ minLength: size, maxLength: size })
        .map(data => ({ shape, dtype: 'float32' as const, data }))
})

describe('safetensors', () => {
  it('reads back what it wrote', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(names, tensors, { maxKeys: 5 }),
        fc.dictionary(names, fc.string()),
        async (written, metadata) => {
          await writeSafetensors(path, written, metadata)
          expect(await readTensors(path)).toEqual({ ...written })
          expect((await readHeader(path)).metadata).toEqual({ ...metadata })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('writes byte for byte what Python writes', async () => {
    await writeSafetensors(path, floats(golden.python), { format: 'pt' })
    expect(readFileSync(path).toString('base64')).toBe(golden.python.base64)
  })

  it('decodes F16, BF16 and I32 as torch does', async () => {
    writeFileSync(path, Buffer.from(golden.mixed.base64, 'base64'))
    const read = await readTensors(path)
    expect(Object.keys(read).sort()).toEqual(Object.keys(golden.mixed.tensors).sort())
    for (const [name, { shape, values }] of Object.entries(golden.mixed.tensors)) {
      expect(read[name]!.shape).toEqual(shape)
      expect([...read[name]!.data]).toEqual(values.map(number))
      expect(read[name]!.dtype).toBe(name === 'ints' ? 'int32' : 'float32')
    }
  })

  it('reads only the tensors asked for, and says which one is not there', async () => {
    writeFileSync(path, Buffer.from(golden.python.base64, 'base64'))
    expect(Object.keys(await readTensors(path, ['a']))).toEqual(['a'])
    await expect(readTensors(path, ['c'])).rejects.toThrow(/has no tensor c/)
  })
})

const sound = {
  a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
  b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
}

describe('a safetensors file that lies', () => {
  it.each<[string, object | string, RegExp]>([
    [
      'has offsets behind its end',
      { ...sound, b: { ...sound.b, shape: [100], data_offsets: [8, 408] } },
      /ends at byte .* cut off/,
    ],
    ['has overlapping tensors', { ...sound, b: { ...sound.b, data_offsets: [4, 8] } }, /overlaps/],
    [
      'has a gap',
      { ...sound, a: { ...sound.a, shape: [1], data_offsets: [0, 4] } },
      /belong to no tensor/,
    ],
    ['has bytes at the end', { a: sound.a }, /4 bytes at the end/],
    [
      'has a size that is not its shape',
      { ...sound, a: { ...sound.a, shape: [3] } },
      /needs 12 bytes and has 8/,
    ],
    [
      'has a shape that overflows',
      { ...sound, a: { ...sound.a, shape: [2 ** 40, 2 ** 40] } },
      /needs \d{20,} bytes/,
    ],
    ['has a negative shape', { ...sound, a: { ...sound.a, shape: [-2] } }, /has the shape \[-2\]/],
    ['has a broken shape', { ...sound, a: { ...sound.a, shape: '2' } }, /has the shape/],
    [
      'has reversed offsets',
      { ...sound, a: { ...sound.a, data_offsets: [8, 0] } },
      /needs 8 bytes and has -8/,
    ],
    [
      'has negative offsets',
      { ...sound, a: { ...sound.a, data_offsets: [-8, 0] } },
      /has the data_offsets/,
    ],
    [
      'has fractional offsets',
      { ...sound, a: { ...sound.a, data_offsets: [0, 8.5] } },
      /has the data_offsets/,
    ],
    ['has an unknown dtype', { ...sound, a: { ...sound.a, dtype: 'F33' } }, /unknown dtype "F33"/],
    [
      'has a dtype that objects inherit',
      { ...sound, a: { ...sound.a, dtype: 'toString' } },
      /unknown dtype "toString"/,
    ],
    ['has an entry that is no object', { ...sound, a: null }, /is not an object/],
    ['has metadata that is not text', { __metadata__: { a: 1 }, ...sound }, /not text/],
    [
      'names a tensor twice',
      `{"a":${JSON.stringify(sound.a)},"a":${JSON.stringify(sound.a)},"b":${JSON.stringify(sound.b)}}`,
      /names "a" twice/,
    ],
    [
      'names a tensor __proto__',
      `{"__proto__":${JSON.stringify(sound.a)},"b":${JSON.stringify(sound.b)}}`,
      /may not be named __proto__/,
    ],
    [
      'names a tensor constructor',
      `{"constructor":${JSON.stringify(sound.a)},"b":${JSON.stringify(sound.b)}}`,
      /may not be named constructor/,
    ],
    ['has a header that is no object', '[]', /not a JSON object/],
    ['has a header that is no JSON', '{"a": }', /malformed JSON at byte 14/],
  ])('that %s is refused', async (_, header, message) => {
    writeFileSync(path, file(header, 12))
    await expectRefusal(message)
  })

  it('is refused when it is short, or claims a header longer than itself', async () => {
    writeFileSync(path, Buffer.alloc(3))
    await expectRefusal(/3 bytes are too few/)
    for (const length of [100n, 2n ** 40n, 2n ** 64n - 1n]) {
      const bytes = file(sound, 12)
      bytes.writeBigUInt64LE(length)
      writeFileSync(path, bytes)
      await expectRefusal(length === 100n ? /./ : new RegExp(`claims ${length} bytes`))
    }
  })

  it('is refused when its header is not UTF-8', async () => {
    const bytes = file(sound, 12)
    bytes[9] = 0xff
    writeFileSync(path, bytes)
    await expectRefusal(/not UTF-8/)
  })

  it('is refused at whatever byte it is cut off', async () => {
    const whole = file(sound, 12)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async length => {
        writeFileSync(path, whole.subarray(0, length))
        await expectRefusal(/./)
      }),
    )
  })

  it('is refused or read, whichever bytes are changed: it never does anything else', async () => {
    const whole = file(sound, 12)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        async changes => {
          const bytes = Buffer.from(whole)
          for (const [at, byte] of changes) bytes[at] = byte
          writeFileSync(path, bytes)
          const outcome = await readTensors(path).catch((error: unknown) => error)
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(UserError)
        },
      ),
      { numRuns: 300 },
    )
  })
})

async function expectRefusal(message: RegExp): Promise<void> {
  const error: unknown = await readHeader(path).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).message).toMatch(message)
}

function file(header: object | string, dataBytes: number): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)])
}

function floats({ tensors }: Packed): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [
      name,
      { shape, dtype: 'float32', data: Float32Array.from(values, number) },
    ]),
  )
}

/** As Python prints it. */
function number(text: string): number {
  return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text)
}
