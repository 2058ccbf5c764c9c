import path from 'node:path';

/** The apps, each of which becomes an image of the same name. */
export const apps = ['gateway', 'templates', 'sender', 'events', 'webhooks', 'sandbox'] as const;

export type App = (typeof apps)[number];

/**
 * Programs of an image: the service itself, and what an operator or a job runs from the same image. An app has those of
 * them that it has a module for.
 */
export const programs = ['main', 'migrate', 'admin', 'reencrypt', 'cluster-secrets'] as const;

export const workspaceRoot = path.resolve(import.meta.dirname, '../../../..');

/** Where tsc puts what it makes of an app. */
export const distOf = (app: App): string => path.join(workspaceRoot, 'apps', app, 'dist');

/** Folders of JavaScript that an app reads at run time beside its own module, where no bundler looks for them. */
export const foldersBeside: Partial<Record<App, { from: string; to: string }[]>> = {
  sandbox: [{ from: 'inbox/page/assets/browser', to: 'browser' }],
};

const here = `${process.platform}-${process.arch}`;

/**
 * Packages that cannot be bundled, because they find files of their own by their place: which of their files are needed.
 * They come along with the packages they need themselves.
 */
export const packagesBeside: Record<string, { files: RegExp; needs?: string[] }> = {
  argon2: {
    files: new RegExp(`^(package\\.json|LICENSE|argon2\\.cjs|prebuilds/${here}/.*\\.glibc\\.node)$`),
    needs: ['@phc/format', 'node-gyp-build'],
  },
  '@phc/format': { files: /^(package\.json|license|index\.js)$/ },
  'node-gyp-build': { files: /^(package\.json|LICENSE|index\.js|node-gyp-build\.js)$/ },
  'swagger-ui-dist': {
    files:
      /^(package\.json|LICENSE|NOTICE|absolute-path\.js|swagger-ui\.css|index\.css|swagger-ui-(bundle|standalone-preset)\.js(\.LICENSE\.txt)?|favicon-.*\.png|oauth2-redirect\.(html|js))$/,
  },
};
