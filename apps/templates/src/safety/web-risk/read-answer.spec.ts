import { describe, expect, it } from '@jest/globals';
import { readAnswer } from './read-answer.js';

describe('readAnswer', () => {
  it.each([
    ['{}', { threats: [], expires: null }],
    ['{"threat":{}}', { threats: [], expires: null }],
    [
      '{"threat":{"threatTypes":["MALWARE"],"expireTime":"2026-07-17T15:01:23.045123456Z"},"more":1}',
      { threats: ['MALWARE'], expires: Date.UTC(2026, 6, 17, 15, 1, 23, 45) },
    ],
    ['{"threat":{"threatTypes":["MALWARE"],"expireTime":"soon"}}', { threats: ['MALWARE'], expires: null }],
  ])('reads %s', (body, verdict) => {
    expect(readAnswer(body)).toEqual(verdict);
  });

  it.each([
    '',
    'null',
    '[]',
    '"{}"',
    '<html>',
    '{"threat":null}',
    '{"threat":[]}',
    '{"threat":{"threatTypes":"MALWARE"}}',
  ])('takes %j for no answer', (body) => {
    expect(readAnswer(body)).toBeUndefined();
  });
});
