// Writes docs/dependencies.md from npm's software bill of materials (CycloneDX): each package that
// an installation has, with version and license. `node scripts/dependencies.mjs`; with --check it
// writes nothing, and fails if the page is not up to date. A license outside ALLOWED always fails.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'

/** Licenses that allow use and distribution beside Apache-2.0 with no condition but a notice. */
const ALLOWED = new Set(
  '0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BlueOak-1.0.0 CC0-1.0 ISC MIT'.split(' '),
)
const root = fileURLToPath(new URL('..', import.meta.url))
const page = fileURLToPath(new URL('../docs/dependencies.md', import.meta.url))

const bill = JSON.parse(
  execFileSync(
    'npm',
    [
      'sbom',
      '--package-lock-only',
      '--omit=dev',
      '--sbom-format=cyclonedx',
      '--sbom-type=application',
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
  ),
)
const { dependencies, optionalDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
const packages = bill.components
  .map(({ name, version, licenses = [] }) => ({ name, version, license: licenseText(licenses) }))
  .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version))

const refused = packages.filter(({ license }) => !isAllowed(license))
for (const { name, version, license } of refused)
  console.error(`${name} ${version}: the license "${license}" is not in the list of allowed ones`)

const text = await format(contents(), { ...(await resolveConfig(page)), filepath: page })
if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/dependencies.md is not up to date. Run npm run dependencies')
  process.exitCode = 1
}
if (refused.length > 0) process.exitCode = 1

function contents() {
  const counts = new Map()
  for (const { license } of packages) counts.set(license, (counts.get(license) ?? 0) + 1)
  return [
    '# Dependencies and licenses',
    '',
    '<!-- written by scripts/dependencies.mjs -->',
    '',
    `An installation has ${packages.length} packages, the optional engines included. All licenses`,
    'allow use and distribution with no condition but a notice; CI fails on any other. A software',
    'bill of materials with the hash of each package:',
    '',
    '```',
    'npm sbom --sbom-format cyclonedx --omit dev   # or spdx',
    '```',
    '',
    '| license | packages |',
    '| --- | --: |',
    ...[...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => `| ${name} | ${count} |`),
    '',
    '`tune` itself, with the model in `models/pebble` and its data, is under Apache-2.0. The notices',
    'of what onnxruntime and TensorFlow contain are in the folders of their packages.',
    '',
    '| package | version | license | |',
    '| --- | --- | --- | --- |',
    ...packages.map(
      ({ name, version, license }) => `| ${name} | ${version} | ${license} | ${role(name)} |`,
    ),
    '',
  ].join('\n')
}

function role(name) {
  if (Object.hasOwn(dependencies, name)) return 'direct'
  return Object.hasOwn(optionalDependencies, name) ? 'optional' : ''
}

/** @param {readonly { license?: { id?: string, name?: string }, expression?: string }[]} licenses */
function licenseText(licenses) {
  return licenses
    .map(({ license, expression }) => expression ?? license?.id ?? license?.name)
    .join(' AND ')
    .replace(/^\((.*)\)$/, '$1')
}

/** Whether an expression of SPDX is met by allowed licenses. */
function isAllowed(license) {
  return license
    .split(/ AND /)
    .every(part => part.split(/ OR /).some(word => ALLOWED.has(word.replace(/[()]/g, ''))))
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}
