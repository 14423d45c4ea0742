import { existsSync } from 'node:fs'
import type { StudyFacts } from '../report/index.js'
import {
  isStudyName,
  listStudies,
  readStudy,
  watchStudy,
  type StudyListing,
} from '../storage/index.js'
import { definitionPath, documentPath, journalPath, studyDir } from '../storage/paths.js'

/** The studies that the pages show. */
export interface StudySource {
  /** Every study, by name, the damaged ones too. */
  list(): Promise<readonly StudyListing[]>
  /**
   * @returns 'new' for a study that is defined and was never run, null when there is none of that
   *   name
   * @throws UserError when its files are damaged
   */
  read(name: string): Promise<StudyFacts | 'new' | null>
  /** Calls `onChange` after each change on disk. Returns a function that ends the watch. */
  watch(name: string, onChange: () => void): () => void
}

/**
 * The studies in a folder. Names come from URLs: an invalid name finds nothing.
 */
export function studiesIn(root: string): StudySource {
  return {
    list: () => listStudies(root),
    async read(name) {
      if (!isStudyName(name)) return null
      const dir = studyDir(root, name)
      if (existsSync(documentPath(dir)) || existsSync(journalPath(dir)))
        return withName(await readStudy(dir), name)
      return existsSync(definitionPath(dir)) ? 'new' : null
    },
    watch: (name, onChange) => watchStudy(studyDir(root, name), onChange),
  }
}

/** A folder that was renamed or copied is the study of its new name. */
function withName(facts: StudyFacts, name: string): StudyFacts {
  const { document } = facts
  return { ...facts, document: { ...document, spec: { ...document.spec, name } } }
}
