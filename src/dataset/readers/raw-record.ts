/** A value of a data set, not yet understood. */
export interface RawRecord {
  /** Where it begins, counted from 1; of a Parquet file the row. */
  readonly line: number
  readonly value: unknown
  /** Why it cannot be used, where the file says so already. */
  readonly problem?: string
}
