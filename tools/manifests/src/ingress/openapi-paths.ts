import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { importBuilt, workspace } from '../settings/app-settings.js';

/** As far as this needs them. */
interface Nest {
  NestFactory: {
    create: (module: object, adapter: object, options: object) => Promise<{ close: () => Promise<void> }>;
  };
}
interface Fastify {
  FastifyAdapter: new () => object;
}
interface Service {
  PlatformModule: { forService: (options: object, log: object) => object };
}
interface Gateway {
  AppModule: { register: (config: object) => object };
}
interface Document {
  openApiDocument: (app: object) => { paths: Record<string, unknown> };
}

/**
 * The paths of the gateway's OpenAPI document. Nest's preview mode puts the application together without starting any
 * of it, so that neither PostgreSQL nor NATS is needed.
 */
export async function openApiPaths(): Promise<string[]> {
  const { NestFactory } = await importFor<Nest>('@nestjs/core');
  const { FastifyAdapter } = await importFor<Fastify>('@nestjs/platform-fastify');
  const { PlatformModule } = await importFor<Service>('@qflow/service');
  const { AppModule } = (await importBuilt('apps/gateway/dist/app.module.js')) as Gateway;
  const { openApiDocument } = (await importBuilt('apps/gateway/dist/openapi/document.js')) as Document;
  const database = { url: '', schema: 'gateway', migrations: [], poolSize: 2 };
  const platform = PlatformModule.forService(
    { name: 'gateway', messaging: {}, database, outbox: true },
    console,
  );
  class Root {}
  const root = { module: Root, imports: [platform, AppModule.register({})] };
  const options = { preview: true, logger: false, abortOnError: false };
  const app = await NestFactory.create(root, new FastifyAdapter(), options);
  return Object.keys(openApiDocument(app).paths);
}

/** What the gateway imports under a name. */
const importFor = async <T>(name: string): Promise<T> => {
  const gateway = createRequire(path.join(workspace, 'apps/gateway/package.json'));
  return (await import(pathToFileURL(gateway.resolve(name)).href)) as T;
};
