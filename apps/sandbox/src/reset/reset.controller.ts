import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { Reset } from './reset.js';

/** `POST /reset`, for the beginning of a test. */
@Controller('reset')
export class ResetController {
  constructor(@Inject(Reset) private readonly reset: Reset) {}

  @Post()
  @HttpCode(204)
  async everything(): Promise<void> {
    await this.reset.everything();
  }
}
