import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { topSettings } from '../../src/settings/schema.js'
import { createStudyFiles } from '../../src/study/create.js'
import { definitionJsonSchema } from '../../src/study/definition/json-schema.js'
import { kindSettings } from '../../src/study/definition/settings.js'

interface KindSchema {
  readonly required: readonly string[]
  readonly additionalProperties: boolean
  readonly properties: Readonly<Record<string, { readonly description?: string }>>
}

const { anyOf } = definitionJsonSchema() as { readonly anyOf: readonly KindSchema[] }

it.each(kindSettings.map((kind, i) => [kind.label, kind, anyOf[i]!] as const))(
  'the JSON Schema of a study of kind %s has exactly its settings, each with its help',
  (_, kind, { properties, additionalProperties }) => {
    const settings = topSettings(kind)
    expect(Object.keys(properties).sort()).toEqual(settings.map(({ name }) => name).sort())
    for (const { name, help } of settings) expect(properties[name]!.description).toBe(help.en)
    expect(additionalProperties).toBe(false)
  },
)

it('a setting with a default need not be stated', () => {
  expect(anyOf[0]!.required).toEqual(['model', 'data'])
})

it('is written beside a new study.yaml, whose first line names it', async () => {
  const studies = mkdtempSync(join(tmpdir(), 'tune-schema-'))
  const { dir, file } = await createStudyFiles({
    name: 's',
    studies,
    command: 'node --version',
    parameters: { epochs: 2 },
  })
  const [first] = readFileSync(file, 'utf8').split('\n')
  expect(first).toBe('# yaml-language-server: $schema=./study.schema.json')
  expect(existsSync(join(dir, 'study.schema.json'))).toBe(true)
  expect(JSON.parse(readFileSync(join(dir, 'study.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(definitionJsonSchema())),
  )
})
