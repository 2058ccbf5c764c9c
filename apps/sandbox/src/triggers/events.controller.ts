import { Body, Controller, Get, HttpCode, Inject, Post, UseGuards } from '@nestjs/common';
import { JsonBodyGuard } from '../api/json-body.guard.js';
import { readLooseEvents } from './read-loose-events.js';
import { type TriggeredEvent, Triggers } from './triggers.js';

/** Events that belong to no message; those of a message are at `/inbox/messages/{id}/events`. */
@Controller('events')
@UseGuards(JsonBodyGuard)
export class EventsController {
  constructor(@Inject(Triggers) private readonly triggers: Triggers) {}

  @Get()
  list(): { events: TriggeredEvent[] } {
    return { events: this.triggers.posted() };
  }

  @Post()
  @HttpCode(202)
  post(@Body() body: unknown): { events: TriggeredEvent[] } {
    return { events: this.triggers.post(readLooseEvents(body)) };
  }
}
