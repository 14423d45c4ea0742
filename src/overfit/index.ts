export { judge } from './judge.js'
export type { CurveHistory } from './judge.js'
export { reasonOf } from './reason.js'
