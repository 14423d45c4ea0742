import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.js'
import { lastWords, runCommand, type Ended } from './command.js'

/**
 * Any Python can fetch these: no code in them is run, so their version need not be that of the
 * interpreter.
 */
const wheelsFor = '312'
const platforms = ['27', '24', '18', '17', '12', '5']
  .map(minor => `manylinux_2_${minor}`)
  .concat('manylinux2014', 'manylinux2010', 'manylinux1')

/**
 * Fetches TensorFlow's wheel, for GPUs with those of the CUDA libraries, and takes libraries and
 * headers out of them: into `site/tensorflow` and `site/nvidia`, beside each other as the libraries
 * expect.
 *
 * @param python an interpreter with pip
 * @param requirement as pip spells it: `tensorflow-cpu==2.21.0`, `tensorflow[and-cuda]==2.21.0`
 * @throws UserError without a network, for want of disk space, or when there is no such wheel
 */
export async function fetchTensorflow(
  python: string,
  requirement: string,
  site: string,
  onProgress: (message: string) => void,
): Promise<void> {
  const wheels = join(site, '../wheels')
  // pip's temporary files: on the disk that was found large enough, and seen to grow
  const arriving = join(site, '../arriving')
  await mkdir(wheels, { recursive: true })
  await mkdir(arriving, { recursive: true })
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
    wheelsFor,
    ...platforms.flatMap(platform => ['--platform', `${platform}_${architecture}`]),
    // Without its CUDA libraries, nothing that TensorFlow's Python half needs is wanted.
    ...(requirement.includes('[') ? [] : ['--no-deps']),
    requirement,
  ]
  onProgress(`fetching ${requirement}`)
  const growth = setInterval(
    () =>
      void Promise.all([sizeOf(arriving), sizeOf(wheels)]).then(([a, b]) =>
        onProgress(`${Math.round((a + b) / 1e6)} MB have arrived`),
      ),
    ARRIVED_EVERY,
  )
  const fetched = await runCommand(python, args, {
    onLine: line =>
      line.startsWith('Downloading') &&
      onProgress(line.replace(/^Downloading (.*\/)?/, 'downloading ')),
    environment: { TMPDIR: arriving },
  })
  clearInterval(growth)
  if (fetched.code !== 0) throw pipFailed(requirement, fetched)
  onProgress('unpacking libraries and headers')
  const unpacked = await runCommand(python, ['-c', unpack, wheels, site])
  if (unpacked.code !== 0)
    throw (
      diskFull(unpacked) ??
      new UserError(
        requirement,
        `could not be unpacked: ${lastWords(unpacked)}`,
        'Run this again; if it fails again, report it',
      )
    )
  for (const folder of [wheels, arriving]) await rm(folder, { recursive: true, force: true })
}

/** Milliseconds between two words on how much has arrived. */
const ARRIVED_EVERY = 5000

/** Bytes of the files in a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.map(async name =>
      stat(join(folder, name)).then(
        found => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** @returns the error for a disk that is full, when that is what a program complains of */
export function diskFull({ output, errors }: Ended): UserError | null {
  if (!/No space left on device|ENOSPC|Errno 28|disk quota exceeded/i.test(output + errors))
    return null
  return new UserError(
    'disk',
    'is full',
    'Free some space, or put the cache elsewhere: XDG_CACHE_HOME=/another/folder, then run this again',
  )
}

function pipFailed(requirement: string, ended: Ended): UserError {
  const full = diskFull(ended)
  if (full) return full
  if (
    /NewConnectionError|Temporary failure in name resolution|Connection (refused|reset|timed out|broken)|ConnectTimeout|ReadTimeout|ProxyError|Network is unreachable|Max retries|from versions: none/i.test(
      ended.errors + ended.output,
    )
  ) {
    return new UserError(
      requirement,
      'could not be fetched: pip reached no index that has it',
      "Check the network, a proxy (HTTPS_PROXY) or pip's index, and run this again",
    )
  }
  if (/No matching distribution/i.test(ended.errors)) {
    return new UserError(
      requirement,
      `is not to be had for ${process.platform} ${process.arch}: ${lastWords(ended)}`,
      "Check pip's index, or use the engine onnxruntime, which needs none of this",
    )
  }
  return new UserError(
    requirement,
    `could not be fetched: ${lastWords(ended)}`,
    'Run this again; "python3 -m pip download" with the same name shows all of the problem',
  )
}

const unpack = `
import glob, re, sys, zipfile
wheels, site = sys.argv[1:]
wanted = re.compile(r'tensorflow/(include/|libtensorflow_(cc|framework)\\.so)|nvidia/[^/]+/(lib|bin|nvvm)/')
for wheel in glob.glob(wheels + '/*.whl'):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if wanted.match(name):
                archive.extract(name, site)
`
