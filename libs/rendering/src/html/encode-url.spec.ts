import { describe, expect, it } from '@jest/globals';
import { encodeListed, encodePath, encodeQuery, encodeQueryOnce, encodeWhole } from './encode-url.js';

describe('encoding for URLs', () => {
  it('leaves a whole URL as it is, but for what would end it', () => {
    expect(encodeWhole('https://a.example/b c?d=e&f#g')).toBe('https://a.example/b%20c?d=e&f#g');
    expect(encodeWhole('https://münchen.example/"x"\\y')).toBe('https://münchen.example/%22x%22%5Cy');
  });

  it('keeps the slashes of a path, and what is encoded', () => {
    expect(encodePath('img/Zoë 1.png')).toBe('img/Zo%C3%AB%201.png');
    expect(encodePath('100%/a%20b/%zz')).toBe('100%25/a%20b/%25zz');
    expect(encodePath('half \ud83d')).toBe('half%20%EF%BF%BD');
  });

  it('encodes everything that means something in a query', () => {
    expect(encodeQuery('Tom & Jerry=100%#1/+?')).toBe('Tom%20%26%20Jerry%3D100%25%231%2F%2B%3F');
    expect(encodeQuery('\udc00')).toBe('%EF%BF%BD');
  });

  it('leaves the marks of those who look for URLs', () => {
    for (const encode of [encodeWhole, encodePath, encodeQuery, encodeQueryOnce, encodeListed])
      expect(encode('\ufdd012\ufdd1')).toBe('\ufdd012\ufdd1');
  });

  it('does not encode twice what is encoded', () => {
    expect(encodeQueryOnce('Tom+%26+Jerry')).toBe('Tom+%26+Jerry');
    expect(encodeQueryOnce('+49301234')).toBe('%2B49301234');
    expect(encodeQueryOnce('100% & more')).toBe('100%25%20%26%20more');
  });

  it('keeps an address in a list one address', () => {
    expect(encodeListed('https://a.example/b,c d')).toBe('https://a.example/b%2Cc%20d');
  });
});
