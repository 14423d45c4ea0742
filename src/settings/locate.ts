/** Turns a path inside a definition into the words an error begins with. */
export type Locate = (path: readonly PropertyKey[]) => string
