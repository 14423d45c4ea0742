import { alongAxes } from './axes.js'
import type { Emitter } from './call.js'
import { convolution } from './convolution.js'
import { elementwise } from './elementwise.js'
import { customKernels } from './custom.js'
import { indexing } from './indexing.js'
import { layout } from './layout.js'
import { matrix } from './matrix.js'

/** How each tfjs kernel is written as TensorFlow nodes, by its name. */
export const emitters: ReadonlyMap<string, Emitter> = new Map([
  ...elementwise,
  ...alongAxes,
  ...matrix,
  ...convolution,
  ...layout,
  ...indexing,
  ...customKernels,
])
