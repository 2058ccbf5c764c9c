import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { operatorScheme } from '../admin-api/operator-controller.js';
import { GATEWAY_CONFIG, type GatewayConfig } from '../config.js';
import { addExamples } from './add-examples.js';
import { addHeaders } from './add-headers.js';
import { relaxBodies } from './relax-bodies.js';
import { discoveryUrlOf } from '../identity/external/issuer-keys.js';
import { bearerScheme, passwordScheme } from '../identity/routes.js';
import { describeProblems, type MarkedOperation } from '../problem/problems.js';
import { tokenEndpointPath } from '../problem/token-error.js';

const description = `
Send e-mails to the guests of your events from your own templates, and get every step back as a signed webhook.

1. Get a token from \`${tokenEndpointPath}\`.
2. \`GET /api/comms/templates?eventId=…\` answers 200 when the Comms API is enabled for you.
3. Register your webhook with \`POST /api/comms/webhook\` and store the secret: it is shown once. For several endpoints, or
   filters, use \`POST /api/comms/webhooks\`.
4. Create a template with \`POST /api/comms/template\`.
5. Create a guest with \`POST /api/guest\` and \`commsTemplateId\`.

Ids are GUIDs, accepted in any letter case. Unknown fields are ignored in requests; ignore them in answers too.
Errors are problem details (RFC 9457): branch on \`code\`. The same handlers also answer under \`/comms/v1/api\`
(comms) and \`/checkin/v1/api\` (events and guests). Where the operator has configured subscription keys,
those prefixes need one in the header \`Ocp-Apim-Subscription-Key\`; elsewhere the header is ignored.

Servers that should hold no password use an API key (\`POST /api/keys\`) in place of the token.
`.trim();

/** Prefixes of the same handlers under other names, and what operators use: not part of the reference. */
const undocumented = /^\/(comms\/v1|checkin\/v1|health|metrics)(\/|$)/;

/** Where access tokens come from: our own token endpoint, or the issuer that takes its place. */
const tokenSource = ({
  OIDC_ISSUER: issuer,
}: Pick<GatewayConfig, 'OIDC_ISSUER'>): Parameters<DocumentBuilder['addOAuth2']>[0] =>
  issuer === undefined
    ? {
        type: 'oauth2',
        flows: {
          password: {
            tokenUrl: tokenEndpointPath,
            refreshUrl: tokenEndpointPath,
            scopes: { qflowapi: 'This API', openid: 'Accepted', offline_access: 'Yields a refresh token' },
          },
        },
      }
    : { type: 'openIdConnect', openIdConnectUrl: discoveryUrlOf(issuer) };

/** What a receiver has to know: the calls tell how to be called, and this tells what comes. */
const received = `What comes is a \`POST\` of \`{"id", "type", "createdAt", "data"}\` with these headers:

- \`X-Qflow-Signature: t=<unix seconds>,v1=<hex>\`: \`v1\` is HMAC-SHA256, keyed with the secret as text, of \`t\`, a full
  stop and the raw body, before any parsing. Refuse a \`t\` that is more than five minutes off. While two secrets sign,
  there are two \`v1\`, the newest last.
- \`X-Qflow-Webhook-Id\`: the same as \`id\`, and the same over retries and replays. Something may come twice: dedupe by it.
- \`X-Qflow-Event\`: the same as \`type\`.
- \`X-Qflow-Replay: true\`, in every format: delivered again on request.

Answer 2xx within 15 seconds and work afterwards. No answer, 408, 425, 429 and 5xx are tried again for about a day, ten
times in all, later if \`Retry-After\` says so; another 4xx is final, and 410 disables the webhook. Other formats
(\`standard\`, \`sendcomms\`, \`emailflow\`) have the bodies, signatures and schedules of the systems that they are named
after.`;

/** The OpenAPI 3.1 document, generated from the code. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Qflow Comms API')
    .setDescription(description)
    .setVersion('1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addTag('Authentication', 'OAuth 2.0: tokens and the keys they are signed with.')
    .addTag('Events', 'What guests are invited to.')
    .addTag('Guests', 'Creating one can send an e-mail in the same call.')
    .addTag('Templates', 'Your HTML with merge tokens; each belongs to one event.')
    .addTag('Sends', 'Sending to guests that exist, and what became of every send.')
    .addTag('Suppressions', 'Addresses that get no e-mail from you, and why.')
    .addTag('Sender domain', 'Sending from addresses of your own domain.')
    .addTag('Event feed', 'What your webhooks are told, for reading it up after an outage.')
    .addTag('Webhook', `Where your account is told of every event.\n\n${received}`)
    .addTag(
      'Webhooks',
      'Several endpoints, each with its own events, wire format, headers and retry rules; the log of every delivery, and replays.',
    )
    .addTag(
      'Webhooks of other systems',
      'The same webhooks behind the routes of SendComms and EmailFlow, so that what was written for those keeps working. Errors are problem details with `success: false`.',
    )
    .addTag('Notices', 'What happened to your webhooks, such as one that was disabled.')
    .addTag('API keys', 'Bearers for servers that should hold no password.')
    .addTag('Links in e-mails', 'Opened by guests and their mail programs; no token needed.')
    .addTag(
      'Operators',
      'Users with the e-mail providers of their accounts, enterprises and OAuth clients of everybody. Opened by operator keys alone, which `qflow-admin key create --admin` makes.',
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'An access token, or an API key (`qk_…`).',
      },
      bearerScheme,
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'qa_…',
        description: 'An operator key: opens `/api/admin` and nothing else, and no other bearer opens that.',
      },
      operatorScheme,
    )
    .addOAuth2(tokenSource(app.get<GatewayConfig>(GATEWAY_CONFIG)), passwordScheme)
    .build();
  const document = SwaggerModule.createDocument(app, config);
  for (const [path, operations] of Object.entries(document.paths))
    if (undocumented.test(path)) delete document.paths[path];
    else for (const operation of Object.values(operations)) describeProblems(operation as MarkedOperation);
  addExamples(document);
  relaxBodies(document);
  addHeaders(document);
  return document;
}
