import { Body, Controller, Get, HttpException, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidRequest } from '../../../api/invalid-request.js';
import { Faults } from '../../../faults/faults.js';
import { FAULT_FIELDS } from '../../../faults/rules/read-fault-rule.js';
import { FaultRules } from '../../../faults/rules/fault-rules.js';
import { flashOf } from '../flash.js';
import { PageFrame } from '../page-frame.js';
import { type Page, Pages } from '../pages.js';
import { renderPage } from '../render-page.js';
import { rateRows } from './rate-rows.js';
import { type Form, readRatesForm, readRuleForm } from './read-fault-forms.js';
import { ruleInWords } from './rule-in-words.js';

/** Switches faults on and off by hand. */
@Controller('inbox/faults')
export class FaultsPageController {
  constructor(
    @Inject(Faults) private readonly faults: Faults,
    @Inject(FaultRules) private readonly rules: FaultRules,
    @Inject(PageFrame) private readonly frame: PageFrame,
    @Inject(Pages) private readonly pages: Pages,
  ) {}

  @Get()
  async show(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() parameters: Record<string, unknown>,
  ): Promise<void> {
    await this.pages.send(request, reply, () => this.render(200, flashOf(parameters)));
  }

  @Post()
  setRates(@Res() reply: FastifyReply, @Body() form: Form | undefined): void {
    this.act(reply, 'faults', () => {
      this.faults.set(readRatesForm(form ?? {}, this.faults.current().seed));
      this.rules.restart(this.faults.current().seed);
    });
  }

  @Post('off')
  clear(@Res() reply: FastifyReply): void {
    this.act(reply, 'calm', () => {
      this.faults.clear();
      this.rules.clear();
    });
  }

  @Post('rules')
  addRule(@Res() reply: FastifyReply, @Body() form: Form | undefined): void {
    this.act(reply, 'rule', () => this.rules.add(readRuleForm(form ?? {}), this.faults.current().seed));
  }

  @Post('rules/:id/delete')
  deleteRule(@Res() reply: FastifyReply, @Param('id') id: string): void {
    // Somebody else may have deleted it meanwhile; then it is gone, as it was to be.
    this.act(
      reply,
      'no-rule',
      () => this.rules.list().some((rule) => rule.id === id) && this.rules.delete(id),
    );
  }

  /** Back to the page, which says what was done; or the page at once, which says why it was not. */
  private act(reply: FastifyReply, done: string, change: () => unknown): void {
    try {
      change();
    } catch (error) {
      if (!(error instanceof HttpException || error instanceof InvalidRequest)) throw error;
      const status = error instanceof HttpException ? error.getStatus() : 400;
      return this.pages.answer(reply, this.render(status, `Nothing was changed. ${error.message}`));
    }
    void reply.code(303).header('location', `/inbox/faults?done=${done}`).send();
  }

  private render(status: number, flash: string): Page {
    const settings = this.faults.current();
    const html = renderPage('faults', this.frame.of({ place: 'faults', title: 'Faults', flash }), {
      rates: rateRows(settings),
      seed: settings.seed,
      rules: this.rules.list().map(ruleInWords),
      kinds: Object.keys(FAULT_FIELDS),
    });
    return { status, html };
  }
}
