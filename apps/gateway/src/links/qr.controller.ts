import { createHash } from 'node:crypto';
import { Controller, Get, Headers, Inject, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError } from '@qflow/contracts';
import type { FastifyReply } from 'fastify';
import QRCode from 'qrcode';
import { Problems } from '../problem/problems.js';
import { Links } from './links.js';

/** Sharp on a phone held to a scanner, and about two kilobytes. */
const image = { type: 'png', errorCorrectionLevel: 'M', width: 360, margin: 2 } as const;

/** Counts up when images of the same barcode begin to look different. */
const drawing = 1;

const imageHeaders = {
  // The address holds the barcode, so what it shows never changes.
  'Cache-Control': 'public, max-age=31536000, immutable',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
  // Webmail shows it on pages of other origins.
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

@Controller('qr')
@ApiTags('Links in e-mails')
export class QrController {
  constructor(@Inject(Links) private readonly links: Links) {}

  @Get(':token.png')
  @ApiOperation({
    operationId: 'getBarcodeQr',
    summary: "A guest's barcode as a QR code: {{barcode_qr}}",
    description:
      'May be cached for ever. Needs no token and no cookie: image proxies of mail programs fetch it.',
  })
  @ApiParam({ name: 'token', description: 'Signed; comes from the merge token.' })
  @ApiProduces('image/png')
  @ApiResponse({
    status: 200,
    description: 'The image.',
    content: { 'image/png': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiResponse({ status: 304, description: 'The image is the one of `If-None-Match`.' })
  @Problems('validation_error', 'not_found', 'server_error')
  async draw(
    @Param('token') token: string,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | undefined> {
    const barcode = this.links.readBarcodeQr(token);
    if (barcode === undefined) throw new CodedError('not_found', 'There is nothing at this address.');
    const etag = etagOf(token);
    // Only now: an answer that there is nothing must not be kept for a year.
    if (matches(known, etag)) {
      void reply.code(304).headers({ ...imageHeaders, ETag: etag });
      return undefined;
    }
    const png = await QRCode.toBuffer(barcode, image);
    void reply.headers({ ...imageHeaders, ETag: etag }).type('image/png');
    return png;
  }
}

const etagOf = (token: string): string =>
  `"${drawing}-${createHash('sha256').update(token).digest('base64url').slice(0, 22)}"`;

/** RFC 9110 §13.1.2: a list, compared weakly. */
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim())) ?? false;
