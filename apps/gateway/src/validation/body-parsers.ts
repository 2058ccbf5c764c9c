import { parse } from 'node:querystring';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { isPagePath, unsubscribePrefix } from '../links/page-paths.js';
import { keyHeader } from '../idempotency/idempotency-key.js';
import { isTokenEndpoint } from '../problem/token-error.js';
import { jsonParser, type Done } from './json-body.js';

type Parser = (request: FastifyRequest, body: Buffer, done: Done) => void;

/** The token endpoint by RFC 6749, and the pages behind links in e-mails by the nature of HTML forms. */
const takesForms = (request: FastifyRequest): boolean => isTokenEndpoint(request) || isPagePath(request.url);

/** RFC 8058 §3.2: mail programs unsubscribe by a form of either kind; the page reads both, see `readChoice`. */
const readsItself = ({ url }: FastifyRequest): boolean => url.startsWith(unsubscribePrefix);

const parseForm: Parser = (request, body, done) => {
  // On a JSON route a form would pass as an object of strings.
  if (readsItself(request)) done(null, body);
  else if (takesForms(request)) done(null, parse(body.toString()));
  else done(new UnsupportedMediaTypeException());
};

const parseMultipart: Parser = (request, body, done) => {
  if (readsItself(request)) done(null, body);
  else done(new UnsupportedMediaTypeException());
};

/** Bodies are JSON, and forms where forms belong; anything else is a 415 before a handler sees it. */
export function useBodyParsers(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeContentTypeParser('text/plain');
  const parseText = jsonParser(fastify);
  const parseJson: Parser = (request, body, done) => {
    if (request.headers[keyHeader] !== undefined) request.exactBody = body;
    // Many clients name the type on every POST, also on those without a body. Where there is nothing at the address,
    // that is what to say, and not what is wrong with the body.
    if (body.length === 0 || request.is404) done(null, undefined);
    else parseText(request, body, done);
  };
  app.useBodyParser('application/json', {}, parseJson);
  app.useBodyParser('application/x-www-form-urlencoded', {}, parseForm);
  app.useBodyParser('multipart/form-data', {}, parseMultipart);
}
