import { Controller, Get, Header, Inject, Param, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CodedError } from '@qflow/contracts';
import QRCode from 'qrcode';
import { Problems } from '../problem/problems.js';
import { Links } from './links.js';

/** Sharp on a phone held to a scanner, and about two kilobytes. */
const image = { type: 'png', errorCorrectionLevel: 'M', width: 360, margin: 2 } as const;

@Controller('qr')
@ApiTags('Links in e-mails')
export class QrController {
  constructor(@Inject(Links) private readonly links: Links) {}

  @Get(':token.png')
  // The address holds the barcode, so what it shows never changes.
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({ operationId: 'getBarcodeQr', summary: "A guest's barcode as a QR code: `{{barcode_qr}}`" })
  @ApiParam({ name: 'token', description: 'Signed; comes from the merge token.' })
  @ApiProduces('image/png')
  @ApiResponse({
    status: 200,
    description: 'The image.',
    content: { 'image/png': { schema: { type: 'string', format: 'binary' } } },
  })
  @Problems('not_found', 'server_error')
  async draw(@Param('token') token: string): Promise<StreamableFile> {
    const barcode = this.links.readBarcodeQr(token);
    if (barcode === undefined) throw new CodedError('not_found', 'There is nothing at this address.');
    return new StreamableFile(await QRCode.toBuffer(barcode, image), { type: 'image/png' });
  }
}
