import type { MergeData } from './merge-data.js';

/** A guest who has everything, to show a template with that nobody has been invited by yet. Not a real person. */
export const sampleGuest: MergeData['guest'] = {
  firstName: 'Zoë',
  otherNames: 'Alexandra',
  lastName: 'O’Brien',
  email: 'zoe.obrien@example.com',
  barcode: 'QF7K2M9X4T8B1ZDA',
  plusOnes: 2,
  additionalInfo: 'Vegetarian\nStep-free access',
  tags: '{tickettype}VIP,{tickettype}Dinner,{session}Opening keynote,{session}Workshop A,Speaker,Press',
  customFields: { '1': 'Table 12', '2': 'Black tie', '3': 'Hall B' },
};
