import { name, note } from './journal.js';

note(`migrate ${name}`);
