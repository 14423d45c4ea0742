import tseslint from 'typescript-eslint'

/** ESLint's recommended rules, without those that TypeScript checks itself. */
const recommended = [
  'for-direction',
  'no-async-promise-executor',
  'no-case-declarations',
  'no-compare-neg-zero',
  'no-cond-assign',
  'no-constant-binary-expression',
  'no-constant-condition',
  'no-debugger',
  'no-delete-var',
  'no-dupe-else-if',
  'no-duplicate-case',
  'no-empty',
  'no-empty-character-class',
  'no-empty-pattern',
  'no-empty-static-block',
  'no-ex-assign',
  'no-extra-boolean-cast',
  'no-fallthrough',
  'no-global-assign',
  'no-invalid-regexp',
  'no-irregular-whitespace',
  'no-loss-of-precision',
  'no-misleading-character-class',
  'no-nonoctal-decimal-escape',
  'no-octal',
  'no-prototype-builtins',
  'no-regex-spaces',
  'no-self-assign',
  'no-shadow-restricted-names',
  'no-sparse-arrays',
  'no-unassigned-vars',
  'no-unsafe-finally',
  'no-unsafe-optional-chaining',
  'no-unused-labels',
  'no-unused-private-class-members',
  'no-useless-assignment',
  'no-useless-backreference',
  'no-useless-catch',
  'no-useless-escape',
  'preserve-caught-error',
  'require-yield',
  'use-isnan',
  'valid-typeof',
]

const root = import.meta.dirname

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.venv*/', 'coverage/', 'src/server/public/vendor/'] },
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.recommendedTypeChecked],
    rules: {
      ...Object.fromEntries(recommended.map(rule => [rule, 'error'])),
      '@typescript-eslint/no-non-null-assertion': 'off',
      // tfjs and onnxruntime type much of what they return as any; each module that imports them
      // narrows it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // tfjs's operations are plain functions that its types declare as methods.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // It reports the assertion of a generic call where inference would give another type.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    ignores: ['src/'],
    languageOptions: {
      parserOptions: { project: 'tsconfig.scripts.json', tsconfigRootDir: root },
    },
  },
  {
    files: ['src/server/public/**/*.js'],
    languageOptions: {
      parserOptions: { project: 'src/server/public/tsconfig.json', tsconfigRootDir: root },
    },
  },
  {
    files: ['src/**'],
    rules: { 'max-len': ['error', { code: 100, ignoreUrls: true, ignoreRegExpLiterals: true }] },
  },
  {
    files: ['src/cli/**', 'scripts/**', 'examples/**', 'benchmarks/**', 'bin/**'],
    rules: { 'no-console': 'off' },
  },
)
