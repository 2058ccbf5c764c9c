/* Everything here only makes pages nicer: each works, reloaded by hand, without scripts. */
import { sendInPlace } from './forms.js';
import { listenForKeys } from './keys.js';
import { keepFresh } from './fresh.js';

listenForKeys();
sendInPlace();
void keepFresh();
