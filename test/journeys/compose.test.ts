import { existsSync, readFileSync, statSync } from 'node:fs';
import test from 'ava';
import { findProgram, programs } from '../../src/regression/ends/find-program.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { programTest } from '../program-test.ts';
import { type Answer, send } from '../send-request.ts';
import { readCompose } from './compose-file.ts';
import { startServices } from './composed-services.ts';

const services = readCompose();
const named = (name: string) => services.filter((service) => service.name.startsWith(name));
const SITE = '2013-cu9-announced.localhost';
const FORM = /^\/CookieAuth\.dll\?GetLogon\?/;

test('compose.yaml: nobody runs as root, writes to an image or has a capability, and only the balancer is published, to this machine', (t) => {
  t.deepEqual(
    services.map(({ name }) => name),
    ['redis', 'backend', 'gateway-1', 'gateway-2', 'balancer'],
  );
  for (const { name, image, own, ports, keys } of services) {
    t.like(keys, { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] }, name);
    t.deepEqual(ports, name === 'balancer' ? ['127.0.0.1:8080:8080'] : [], name);
    // The image haproxy has such a user of its own.
    t.true(own || image.startsWith('haproxy:') || keys['user'] === 'redis', name);
  }
  t.regex(readFileSync('Dockerfile', 'utf8'), /^USER [1-9]\d*$/m);
});

test('compose.yaml needs no secret and no variable, and what it names is there', (t) => {
  t.false(readFileSync('compose.yaml', 'utf8').includes('$'));
  for (const { name, dependsOn, volumes, healthcheck } of services) {
    t.true(dependsOn.every((other) => services.some((service) => service.name === other)));
    t.true(healthcheck.length > 0, name);
    for (const [source = '', , mode] of volumes.map((volume) => volume.split(':'))) {
      t.true(existsSync(source) && statSync(source).isFile(), source);
      t.is(mode, 'ro');
    }
  }
});

test('compose.yaml gives the balancer each variable that its configuration asks for, and Redis no disk', (t) => {
  const [balancer, redis] = [named('balancer')[0], named('redis')[0]];
  const config = readFileSync(balancer?.volumes[0]?.split(':', 1)[0] ?? '', 'utf8');
  const asked = [...config.matchAll(/"\$\{(\w+)\}"/g)].map(([, name]) => name);
  t.deepEqual(Object.keys(balancer?.environment ?? {}).sort(), asked.sort());
  t.deepEqual(redis?.command, ['redis-server', '--save', '', '--appendonly', 'no']);
});

test('the rules of compose.yaml hold, publish the mock, and bind no session to the balancer’s address', async (t) => {
  const [one, two] = named('gateway');
  t.deepEqual(one?.keys, two?.keys);
  const { listener, rules } = await loadRules(one?.command.at(-1) ?? '');
  t.false(listener.bindToClientAddress);
  t.deepEqual(
    rules.map(({ to }) => to.url),
    ['http://backend:8082'],
  );
  t.true(rules[0]?.publicNames.includes(SITE));
});

test('docs/proxy.md stops services that there are, and starts Redis as compose.yaml does', (t) => {
  const text = readFileSync('docs/proxy.md', 'utf8');
  const killed = [...text.matchAll(/docker compose kill ([\w-]+)/g)].map(([, name]) => name);
  t.true(killed.length > 0 && killed.every((name) => services.some((service) => service.name === name)));
  t.true(
    text.includes(
      `\n${named('redis')[0]
        ?.command.map((word) => word || "''")
        .join(' ')}\n`,
    ),
  );
});

const missing = (['redis', 'haproxy'] as const).find((name) => findProgram(...programs[name].names) === null);

programTest(
  missing ?? 'redis',
  'what compose.yaml starts is healthy in its order; who signs out at one of its gateways is signed out at both',
  async (t) => {
    t.timeout(90_000);
    const portOf = await startServices(t, services);
    const [balancer, one, two] = ['balancer', 'gateway-1', 'gateway-2'].map((name) => portOf(name, 8080)) as [
      number,
      number,
      number,
    ];
    const get = (port: number, path: string, Cookie = '') => send(port, 'GET', path, { Host: `${SITE}:8080`, Cookie });

    t.regex((await get(balancer, '/owa/')).location, FORM);
    const Cookie = cookieOf(await logOn(balancer));
    const replicas = new Set<unknown>();
    for (let visit = 0; visit < 4; visit++) {
      const { status, headers, body } = await get(balancer, '/owa/', Cookie);
      t.is(status, 200);
      t.true(body.includes('alice'));
      replicas.add(headers['x-replica']);
    }
    t.deepEqual([...replicas].sort(), ['a', 'b']);

    const goodbye = await get(one, '/owa/logoff.owa', Cookie);
    t.is(goodbye.status, 200);
    t.true(goodbye.body.includes('You are signed out'));
    for (const port of [two, one, balancer, balancer]) t.regex((await get(port, '/owa/', Cookie)).location, FORM);
  },
);

function logOn(port: number): Promise<Answer> {
  const form = { curl: 'Z2FowaZ2F', flags: '0', username: 'lab\\alice', password: 'Passw0rd!' };
  const headers = { Host: `${SITE}:8080`, 'Content-Type': 'application/x-www-form-urlencoded' };
  return send(port, 'POST', '/CookieAuth.dll?Logon', headers, new URLSearchParams(form).toString());
}

function cookieOf({ cookies }: Answer): string {
  return cookies.find((field) => field.startsWith('cadataTMG='))?.split(';', 1)[0] ?? '';
}
