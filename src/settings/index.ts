export * from './defaults.js'
export * from './setting.js'
export * from './table/index.js'
export type * from './values.js'
