import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { bearerScheme, passwordScheme } from '../identity/routes.js';
import { describeProblems, type MarkedOperation } from '../problem/problems.js';
import { tokenEndpointPath } from '../problem/token-error.js';

const description = `
Send e-mails to the guests of your events from your own templates, and get every step back as a signed webhook.

1. Get a token from \`${tokenEndpointPath}\`.
2. \`GET /api/comms/templates?eventId=…\` answers 200 when the Comms API is enabled for you.
3. Register your webhook with \`POST /api/comms/webhook\` and store the secret: it is shown once.
4. Create a template with \`POST /api/comms/template\`.
5. Create a guest with \`POST /api/guest\` and \`commsTemplateId\`.

Ids are GUIDs, accepted in any letter case. Unknown fields are ignored in requests; ignore them in answers too.
Errors are problem details (RFC 9457): branch on \`code\`. The same handlers also answer under \`/comms/v1/api\`
(comms) and \`/checkin/v1/api\` (events and guests).
`.trim();

/** Prefixes of the same handlers under other names, and what operators use: not part of the reference. */
const undocumented = /^\/(comms\/v1|checkin\/v1|health|metrics)(\/|$)/;

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
    .addTag('Webhook', 'Where your account is told of every event.')
    .addTag('Links in e-mails', 'Opened by guests and their mail programs; no token needed.')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, bearerScheme)
    .addOAuth2(
      {
        type: 'oauth2',
        flows: { password: { tokenUrl: tokenEndpointPath, scopes: { qflowapi: 'This API' } } },
      },
      passwordScheme,
    )
    .build();
  const document = SwaggerModule.createDocument(app, config);
  for (const [path, operations] of Object.entries(document.paths))
    if (undocumented.test(path)) delete document.paths[path];
    else for (const operation of Object.values(operations)) describeProblems(operation as MarkedOperation);
  return document;
}
