/**
 * The task of each kind of trial, by the kind's name: what is trained. src/kinds adds an entry for
 * each kind, so that the union below is complete wherever it is used.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- src/kinds declares entries
export interface Tasks {}

export type Task = Tasks[keyof Tasks]
