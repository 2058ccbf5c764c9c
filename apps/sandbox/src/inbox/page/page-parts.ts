import type { Provider, Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AssetsController } from './assets/assets.controller.js';
import { FaultsPageController } from './faults/faults-page.controller.js';
import { ListPageController } from './list/list-page.controller.js';
import { MessagePage } from './message/message-page.js';
import { MessagePageController } from './message/message-page.controller.js';
import { PageFrame } from './page-frame.js';
import { Pages } from './pages.js';
import { ResetPageController } from './reset/reset-page.controller.js';
import { SameOriginGuard } from './same-origin.guard.js';
import { StartPageController } from './start/start-page.controller.js';

/** The inbox for people, in the order in which its routes are tried. */
export const pageControllers: Type[] = [
  AssetsController,
  ListPageController,
  FaultsPageController,
  ResetPageController,
  StartPageController,
  MessagePageController,
];

/** What the pages need. The guard stands before all of the sandbox: its REST can be reached by forms, too. */
export const pageProviders: Provider[] = [
  Pages,
  PageFrame,
  MessagePage,
  { provide: APP_GUARD, useClass: SameOriginGuard },
];
