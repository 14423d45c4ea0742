import { UserError } from '../../errors.js'

/** The variable that onnxruntime 1.30 reads, by getenv, when it loads. */
const NAME = 'ORT_DISABLE_TELEMETRY'

/** The library was not loaded, because it would reach out. */
export class TelemetryError extends UserError {}

/**
 * Switches off onnxruntime's telemetry, which would otherwise resolve a vendor's host, store a
 * device id in the user's cache and write logs to /tmp. To be called before the library loads.
 *
 * A native library reads the environment of the process. `process.env` of a thread is a copy of it,
 * and a test runner may replace the object, so the variable is read back from the process itself.
 *
 * @throws TelemetryError if the variable does not reach the process
 */
export function disableTelemetry(): void {
  if (nativeEnvironment()[NAME] === '1') return
  process.env[NAME] = '1'
  if (nativeEnvironment()[NAME] === '1') return
  throw new TelemetryError(
    'onnxruntime',
    'this thread cannot switch off its telemetry, so it is not loaded',
    `Start the process with ${NAME}=1 in its environment`,
  )
}

/** The variables that native code reads. */
function nativeEnvironment(): Readonly<Record<string, string | undefined>> {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean }
  const before = report.excludeNetwork ?? false
  // Otherwise the report resolves the names of open connections.
  report.excludeNetwork = true
  try {
    const { environmentVariables } = report.getReport() as {
      environmentVariables?: Record<string, string>
    }
    return environmentVariables ?? process.env
  } finally {
    report.excludeNetwork = before
  }
}
