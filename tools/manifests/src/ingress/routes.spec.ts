import { describe, expect, it } from '@jest/globals';
import { changed, good } from '../../test/support/good.js';
import { routeProblems, servicesAt } from './routes.js';

const rules = 'Ingress/gateway/spec/rules';

describe('servicesAt', () => {
  it.each<[string, string[]]>([
    ['/api', ['gateway']],
    ['/api/', ['gateway']],
    ['/api/guest/{id}', ['gateway']],
    ['/apis', []],
    ['/openapi.json', ['gateway']],
    ['/openapi.json/more', []],
    ['/', []],
  ])('%s leads to %j', (path, services) => {
    expect(servicesAt(good(), path)).toEqual(services);
  });
});

describe('routeProblems', () => {
  it('finds nothing where all is well', () => {
    const paths = { open: { gateway: ['/api/guest'] }, closed: ['/metrics'] };
    expect(routeProblems(good(), paths)).toEqual([]);
  });

  it('names what is not reached, and what should not be', () => {
    const found = routeProblems(changed([`${rules}/0/http/paths/0/path`, '/']), {
      open: { gateway: ['/api/guest'], events: ['/ingest'] },
      closed: ['/metrics'],
    });
    expect(found).toEqual([
      'no Ingress leads /ingest to events',
      'an Ingress leads /metrics to gateway: it is not public',
    ]);
  });

  it('names a host of two services', () => {
    const mixed = changed([`${rules}/0/http/paths/1/backend/service/name`, 'events']);
    expect(routeProblems(mixed, { open: {}, closed: [] })).toEqual([
      'the host api.example.com leads to gateway and events: each has its own',
    ]);
  });
});
