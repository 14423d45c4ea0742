import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exampleStore } from '../../src/dataset/stored-examples.js'

it('stored examples come back token by token, whatever the vocabulary', () => {
  const vocabularies = fc.constantFrom(2, 3, 512, 32_000, 65_537, 151_936, 262_144)
  const raw = fc.array(
    fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 1, maxLength: 40 }),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(vocabularies, raw, (vocabulary, list) => {
      const store = exampleStore(vocabulary)
      const examples = list.map(tokens => ({
        ids: Int32Array.from(tokens, ([id]) => id % vocabulary),
        lossMask: Uint8Array.from(tokens, ([, one]) => Number(one)),
      }))
      for (const example of examples) store.add(example)
      const back = store
        .view(examples.map((_, i) => i))
        .map(({ ids, lossMask }) => ({ ids, lossMask }))
      expect(back).toEqual(examples)
      expect(examples.map((_, i) => store.tokenCount(i))).toEqual(
        examples.map(({ ids }) => ids.length),
      )
    }),
  )
})

it('stored examples may lie across the seam of two chunks', () => {
  const store = exampleStore(151_936)
  const ids = Int32Array.from({ length: 700_000 }, (_, i) => (i * 7919) % 151_936)
  const trained = Uint8Array.from(ids, id => id & 1)
  for (let i = 0; i < 3; i++) store.add({ ids, lossMask: trained })
  for (const example of store.view([0, 1, 2]))
    expect(
      Buffer.compare(Buffer.from(example.ids.buffer), Buffer.from(ids.buffer)) +
        Buffer.compare(example.lossMask, trained),
    ).toBe(0)
})
