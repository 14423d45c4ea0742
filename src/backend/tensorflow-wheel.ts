import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.js'
import { errorSummary, runCommand, type CommandResult } from './run-command.js'

/**
 * Any Python can fetch these: no code in them is run, so the version may differ from the
 * interpreter's.
 */
const pythonVersion = '312'
const platforms = ['27', '24', '18', '17', '12', '5']
  .map(minor => `manylinux_2_${minor}`)
  .concat('manylinux2014', 'manylinux2010', 'manylinux1')

/**
 * Fetches TensorFlow's wheel, for GPUs with those of the CUDA libraries, and unpacks libraries and
 * headers into `site/tensorflow` and `site/nvidia`, beside each other as the libraries expect.
 *
 * @param python an interpreter with pip
 * @param requirement as pip spells it: `tensorflow-cpu==2.21.0`, `tensorflow[and-cuda]==2.21.0`
 * @throws UserError when the network or disk space is missing, or there is no such wheel
 */
export async function fetchTensorflow(
  python: string,
  requirement: string,
  site: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const wheels = join(site, '../wheels')
  // pip's temporary files: on the disk whose space was checked; their size is the progress
  const downloads = join(site, '../downloads')
  await mkdir(wheels, { recursive: true })
  await mkdir(downloads, { recursive: true })
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
  const args = [
    '-m',
    'pip',
    'download',
    '--disable-pip-version-check',
    '--no-cache-dir',
    '--progress-bar',
    'off',
    '--dest',
    wheels,
    '--only-binary',
    ':all:',
    '--implementation',
    'cp',
    '--python-version',
    pythonVersion,
    ...platforms.flatMap(platform => ['--platform', `${platform}_${architecture}`]),
    // Dependencies are needed only for the CUDA libraries.
    ...(requirement.includes('[') ? [] : ['--no-deps']),
    requirement,
  ]
  onProgress(`fetching ${requirement}`)
  const progressTimer = setInterval(
    () =>
      void Promise.all([folderBytes(downloads), folderBytes(wheels)]).then(([a, b]) =>
        onProgress(`${Math.round((a + b) / 1e6)} MB downloaded`),
      ),
    PROGRESS_MILLISECONDS,
  )
  const download = await runCommand(python, args, {
    onLine: line =>
      line.startsWith('Downloading') &&
      onProgress(line.replace(/^Downloading (.*\/)?/, 'downloading ')),
    environment: { TMPDIR: downloads },
  })
  clearInterval(progressTimer)
  if (download.code !== 0) throw pipError(requirement, download)
  onProgress('unpacking libraries and headers')
  const unpacking = await runCommand(python, ['-c', unpack, wheels, site])
  if (unpacking.code !== 0)
    throw (
      diskFullError(unpacking) ??
      new UserError(
        requirement,
        `could not be unpacked: ${errorSummary(unpacking)}`,
        'Run this again; if it fails again, report it',
      )
    )
  for (const folder of [wheels, downloads]) await rm(folder, { recursive: true, force: true })
}

/** Milliseconds between two messages about the progress. */
const PROGRESS_MILLISECONDS = 5000

/** @returns the total size of the files in a folder */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.map(async name =>
      stat(join(folder, name)).then(
        file => (file.isFile() ? file.size : 0),
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** @returns the error for a full disk, if a program failed for that reason; else null */
export function diskFullError({ output, errors }: CommandResult): UserError | null {
  if (!/No space left on device|ENOSPC|Errno 28|disk quota exceeded/i.test(output + errors))
    return null
  return new UserError(
    'disk',
    'is full',
    'Free some space, or set another cache folder (XDG_CACHE_HOME=/another/folder), ' +
      'then run this again',
  )
}

const networkErrors = new RegExp(
  [
    'NewConnectionError',
    'Temporary failure in name resolution',
    'Connection (refused|reset|timed out|broken)',
    'ConnectTimeout',
    'ReadTimeout',
    'ProxyError',
    'Network is unreachable',
    'Max retries',
    'from versions: none',
  ].join('|'),
  'i',
)

function pipError(requirement: string, result: CommandResult): UserError {
  const diskFull = diskFullError(result)
  if (diskFull) return diskFull
  if (networkErrors.test(result.errors + result.output)) {
    return new UserError(
      requirement,
      'could not be fetched: pip reached no index that has it',
      "Check the network, a proxy (HTTPS_PROXY) or pip's index, and run this again",
    )
  }
  if (/No matching distribution/i.test(result.errors)) {
    return new UserError(
      requirement,
      `does not exist for ${process.platform} ${process.arch}: ${errorSummary(result)}`,
      "Check pip's index, or use the engine onnxruntime, which needs none of this",
    )
  }
  return new UserError(
    requirement,
    `could not be fetched: ${errorSummary(result)}`,
    'Run this again; "python3 -m pip download" with the same name shows all of the problem',
  )
}

const unpack = `
import glob, re, sys, zipfile
wheels, site = sys.argv[1:]
needed = re.compile(
    r'tensorflow/(include/|libtensorflow_(cc|framework)\\.so)|nvidia/[^/]+/(lib|bin|nvvm)/'
)
for wheel in glob.glob(wheels + '/*.whl'):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if needed.match(name):
                archive.extract(name, site)
`
