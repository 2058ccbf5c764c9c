import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Who may import whom. The table in ARCHITECTURE.md is this one in words. */
const boundaries = [
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:signing', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:rendering', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:messaging', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:persistence', onlyDependOnLibsWithTags: ['type:contracts'] },
  {
    sourceTag: 'type:service',
    onlyDependOnLibsWithTags: ['type:contracts', 'type:messaging', 'type:persistence'],
  },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['*'] },
  {
    sourceTag: 'type:app',
    // Never another app. `testing` is for specs only; `no-restricted-imports` below keeps it out of sources.
    onlyDependOnLibsWithTags: [
      'type:contracts',
      'type:messaging',
      'type:persistence',
      'type:rendering',
      'type:service',
      'type:signing',
      'type:testing',
    ],
  },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['*'] },
];

const moduleBoundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, allow: [], depConstraints },
];

/** What `libs/contracts` and `libs/signing` may not know about, as lint sees it. */
const pureOf = (...groups) => ({
  patterns: groups.map(([group, message]) => ({ group, message })),
});
const frameworks = ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*', 'fastify', 'rxjs'];

export default tseslint.config(
  { ignores: ['**/dist', '**/.typecheck', '**/.nx', '**/.local', '**/node_modules'] },
  js.configs.recommended,
  { plugins: { '@nx': nx } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@nx/enforce-module-boundaries': moduleBoundaries(boundaries),
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nest hooks and port implementations are async by contract, whether or not this one has to wait.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: ['apps/*/src/**/*.ts', 'libs/!(testing)/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        pureOf([['@qflow/testing'], 'Test helpers stay out of what runs in production.']),
      ],
    },
  },
  {
    files: ['libs/contracts/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        pureOf([
          [...frameworks, 'node:*'],
          'Contracts are plain TypeScript: every service, and a browser, can load them.',
        ]),
      ],
    },
  },
  {
    files: ['libs/signing/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        pureOf([
          [...frameworks, 'node:*', '!node:crypto'],
          'Integrators install this library: node:crypto and nothing else.',
        ]),
      ],
    },
  },
  {
    // `testing` is built on these two, so their own specs get their servers from where `testing` gets them.
    files: ['libs/{messaging,persistence}/test/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': moduleBoundaries(
        boundaries.map((rule) => ({
          ...rule,
          onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'type:tool'],
        })),
      ),
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        globalThis: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  {
    // Command-line tools talk to a person.
    files: ['tools/**/*.{ts,js}'],
    rules: { 'no-console': 'off' },
  },
);
