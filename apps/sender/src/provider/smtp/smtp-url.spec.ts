import { describe, expect, it } from '@jest/globals';
import { smtpServer } from './smtp-url.js';

const plain = { secure: false, requireTLS: false, tls: { rejectUnauthorized: true } };

describe('the URL of a mail server', () => {
  it.each([
    ['smtp://mail.example.com', { ...plain, host: 'mail.example.com', port: 587 }],
    ['smtp://127.0.0.1:2525/', { ...plain, host: '127.0.0.1', port: 2525 }],
    ['smtp://[::1]:25', { ...plain, host: '::1', port: 25 }],
    ['smtps://mail.example.com', { ...plain, secure: true, host: 'mail.example.com', port: 465 }],
    [
      'smtp://mail.example.com?requireTLS=true',
      { ...plain, requireTLS: true, host: 'mail.example.com', port: 587 },
    ],
    [
      'smtps://us%40er:p%23%2Fss%3A@mail.example.com:2465?name=qflow.example&tls.servername=mx.example&tls.rejectUnauthorized=false',
      {
        host: 'mail.example.com',
        port: 2465,
        secure: true,
        requireTLS: false,
        auth: { user: 'us@er', pass: 'p#/ss:' },
        name: 'qflow.example',
        tls: { rejectUnauthorized: false, servername: 'mx.example' },
      },
    ],
  ])('%s', (url, server) => {
    expect(smtpServer(url)).toEqual(server);
  });

  it('sends no password in the clear, unless told to', () => {
    expect(smtpServer('smtp://me:secret@mail.example.com').requireTLS).toBe(true);
    expect(smtpServer('smtp://me:secret@mail.example.com?requireTLS=false').requireTLS).toBe(false);
  });

  it.each([
    ['', 'it is not a URL'],
    ['mail.example.com', 'it is not a URL'],
    ['http://mail.example.com', 'smtp:// or smtps://'],
    ['smtp://', 'it names no host'],
    ['smtp://user:secret@', 'not a URL'],
    ['smtp://user@mail.example.com', 'both a user and a password'],
    ['smtp://:secret@mail.example.com', 'both a user and a password'],
    ['smtp://user:secret%@mail.example.com', 'the password is not percent-encoded'],
    ['smtp://user:secret#1@mail.example.com', 'not a URL'],
    ['smtp://mail.example.com/path', 'nothing but parameters'],
    ['smtp://mail.example.com?requireTls=true', 'it has the parameter "requireTls"; known are requireTLS'],
    ['smtp://mail.example.com?requireTLS=yes', 'its parameter requireTLS must be true or false'],
    ['smtp://mail.example.com?requireTLS=true&requireTLS=false', 'twice'],
    ['smtp://mail.example.com?pool=false', 'it has the parameter "pool"'],
  ])('%j is refused: %s', (url, why) => {
    expect(() => smtpServer(url)).toThrow(why);
    expect(() => smtpServer(url)).not.toThrow('secret');
  });
});
