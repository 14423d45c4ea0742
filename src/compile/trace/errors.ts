import { UserError } from '../../errors.js'

/** The program can't be written down as a graph. It may still run eagerly. */
export class UntraceableError extends UserError {}
