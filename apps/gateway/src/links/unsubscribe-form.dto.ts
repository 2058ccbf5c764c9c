import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';

export class OneClickForm {
  @ApiProperty({ enum: ['One-Click'], description: 'Posted by mail programs (RFC 8058).' })
  'List-Unsubscribe': 'One-Click';
}

export class ChoiceForm {
  @ApiProperty({ enum: ['unsubscribe', 'resubscribe'], description: 'Posted by the buttons of the page.' })
  choice: 'unsubscribe' | 'resubscribe';
}

/** Documents the forms of `POST /unsubscribe/{token}`; `readChoice` reads them. */
export const UnsubscribeForms = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(OneClickForm, ChoiceForm),
    ApiConsumes('application/x-www-form-urlencoded', 'multipart/form-data'),
    ApiBody({ schema: { oneOf: [OneClickForm, ChoiceForm].map((form) => ({ $ref: getSchemaPath(form) })) } }),
  );
