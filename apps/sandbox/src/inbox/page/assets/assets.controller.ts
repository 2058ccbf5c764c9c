import { Controller, Get, Header, NotFoundException, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { style } from './style/style.js';

const SCRIPTS = ['page', 'fresh', 'show', 'morph', 'forms', 'keys'] as const;

/** The scripts as they are, without the maps that the compiler mentions and nobody serves. */
const scripts: ReadonlyMap<string, string> = new Map(
  SCRIPTS.map((name) => [
    `${name}.js`,
    readFileSync(path.join(import.meta.dirname, 'browser', `${name}.js`), 'utf8').replace(
      /^\/\/# sourceMappingURL=.*$/m,
      '',
    ),
  ]),
);

/** The stylesheet of the pages and their scripts, which are ES modules that import one another. */
@Controller('inbox/assets')
export class AssetsController {
  @Get('style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'no-cache')
  style(): string {
    return style;
  }

  @Get(':file')
  script(@Param('file') file: string, @Res() reply: FastifyReply): void {
    const script = scripts.get(file);
    if (script === undefined) throw new NotFoundException('There is no such file.');
    void reply
      .headers({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      .send(script);
  }
}
