import { axisRules } from './axes.js'
import { convolutionRules } from './convolution.js'
import { customRules } from './custom.js'
import { elementwiseRules } from './elementwise.js'
import { indexingRules } from './indexing.js'
import { layoutRules } from './layout.js'
import { matrixRules } from './matrix.js'
import type { ShapeRule } from './rule.js'

/** Shape rules by tfjs's kernel name. A kernel without a rule cannot be traced. */
export const shapeRules: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...elementwiseRules,
  ...axisRules,
  ...matrixRules,
  ...convolutionRules,
  ...layoutRules,
  ...indexingRules,
  ...customRules,
])
