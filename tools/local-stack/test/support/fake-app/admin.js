import { note } from './journal.js';

note(`admin ${process.argv.slice(2).join(' ')}`);
