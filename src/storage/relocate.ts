import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import type { StudyDocument } from '../record/document.js'
import { studyName } from './paths.js'

/**
 * A study's record for the folder that it lies in now. A project that was moved or copied takes its
 * model, its data and its export along: a path of the record that leads, from the study's folder,
 * to something that is there is taken from its new place.
 *
 * @param stated folder that the record was last written in; undefined in those of earlier versions
 * @returns the same object if the folder has not changed
 */
export function relocated(
  document: StudyDocument,
  stated: string | undefined,
  dir: string,
): StudyDocument {
  const now = resolve(dir)
  const before = stated ?? exportFolder(document)
  if (before === undefined || before === now) return document
  const move = (path: string): string => {
    if (!isAbsolute(path)) return path
    const there = resolve(now, relative(before, path))
    return path.startsWith(before + sep) || existsSync(there) ? there : path
  }
  const { spec, former, export: exported } = document
  return {
    ...document,
    spec: { ...spec, name: studyName(now), task: mapStrings(spec.task, move) },
    ...(former ? { former: mapStrings(former, move) } : {}),
    ...(exported ? { export: { ...exported, dir: move(exported.dir) } } : {}),
  }
}

/** Records of earlier versions have no folder, but the absolute path of their export. */
function exportFolder({ export: exported }: StudyDocument): string | undefined {
  return exported && basename(exported.dir) === 'export' ? dirname(exported.dir) : undefined
}

function mapStrings<T>(value: T, map: (text: string) => string): T {
  if (typeof value === 'string') return map(value) as T
  if (Array.isArray(value)) return value.map(each => mapStrings<unknown>(each, map)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapStrings<unknown>(inner, map)]),
  ) as T
}
