import test from 'ava';
import fc from 'fast-check';
import {
  describeStoreAddress,
  type RedisAddress,
  readStoreAddress,
  type StoreAddress,
} from '../../src/sessions/store-address.ts';
import { redisAddress } from './stores.ts';

const plain = redisAddress(6379, { servers: [{ host: '10.0.0.5', port: 6379 }], prefix: 'logoff-lab' });
const two = (port: number) => [
  { host: 'h1', port },
  { host: 'h2', port },
];
const known =
  'redis:// or valkey://, with TLS rediss:// or valkeys://, for several servers redis+sentinel:// or redis+cluster://';

const right: [text: string, address: StoreAddress, description: string][] = [
  ['memory', { kind: 'memory', limit: null }, 'memory, at most 100,000 sessions'],
  ['memory?limit=50000', { kind: 'memory', limit: 50_000 }, 'memory, at most 50,000 sessions'],
  ['memory?limit=1', { kind: 'memory', limit: 1 }, 'memory, at most 1 session'],
  ['memory?limit=10000000', { kind: 'memory', limit: 10_000_000 }, 'memory, at most 10,000,000 sessions'],
  ['redis://10.0.0.5', plain, 'Redis at 10.0.0.5:6379, prefix logoff-lab'],
  ['valkey://10.0.0.5/', plain, 'Redis at 10.0.0.5:6379, prefix logoff-lab'],
  [
    'rediss://lab:hunter2@10.0.0.5',
    { ...plain, tls: true, username: 'lab', password: 'hunter2' },
    'Redis at 10.0.0.5:6379 as lab, TLS, prefix logoff-lab',
  ],
  [
    'VALKEYS://:hunter2@redis_1.corp:6380/2?prefix=lab-2&ca=/path/ca%20file.pem',
    {
      ...plain,
      servers: [{ host: 'redis_1.corp', port: 6380 }],
      ...{ tls: true, ca: '/path/ca file.pem', password: 'hunter2', database: 2, prefix: 'lab-2' },
    },
    'Redis at redis_1.corp:6380, TLS with the authority in /path/ca file.pem, database 2, prefix lab-2',
  ],
  [
    'redis://l%61b%3A:p%40ss%2F:w@[2001:db8::1]:7000',
    { ...plain, servers: [{ host: '2001:db8::1', port: 7000 }], username: 'lab:', password: 'p@ss/:w' },
    'Redis at [2001:db8::1]:7000 as lab:, prefix logoff-lab',
  ],
  [
    'redis://lab@[::1]?passwordFile=/run/secrets/redis',
    { ...plain, servers: [{ host: '::1', port: 6379 }], username: 'lab', passwordFile: '/run/secrets/redis' },
    'Redis at [::1]:6379 as lab, password from /run/secrets/redis, prefix logoff-lab',
  ],
  [
    'redis+sentinel://lab:hunter2@h1,h2:26379/mymaster',
    { ...plain, topology: 'sentinel', servers: two(26_379), master: 'mymaster', username: 'lab', password: 'hunter2' },
    'Redis master mymaster that the sentinels at h1:26379, h2:26379 know as lab, prefix logoff-lab',
  ],
  [
    'rediss-sentinel://h1:1,h2:1/my.master-1/3',
    { ...plain, topology: 'sentinel', servers: two(1), master: 'my.master-1', tls: true, database: 3 },
    'Redis master my.master-1 that the sentinels at h1:1, h2:1 know, TLS, database 3, prefix logoff-lab',
  ],
  [
    'rediss+cluster://h1,h2:6379/0',
    { ...plain, topology: 'cluster', servers: two(6379), tls: true },
    'Redis cluster at h1:6379, h2:6379, TLS, prefix logoff-lab',
  ],
];

for (const [text, address, description] of right)
  test(`${text} is read, and described as ${description}`, (t) => {
    t.deepEqual(readStoreAddress(text), address);
    t.is(describeStoreAddress(address), description);
  });

test('a description is one line that drives no terminal', (t) => {
  const address = readStoreAddress('redis://a%0Ab%1B%E2%80%AE:x@h') as RedisAddress;
  t.is(describeStoreAddress(address), 'Redis at h:6379 as a\ufffdb\ufffd\ufffd, prefix logoff-lab');
});

const server = 'expected host or host:port, an IPv6 address in brackets, a port from 1 to 65535';
const writePassword = 'a password stands before an @, as in redis://:password@host';
const encode =
  'expected user name and password percent-encoded before the @, got redis://…@h with one of / ? # @ before the last @; write / as %2F, ? as %3F, # as %23, @ as %40';
const memoryOr = 'expected memory or the address of a store such as redis://10.0.0.5:6379';
const beforeAt = 'expected user:password or :password before the @';
const limit = 'limit: expected a whole number of sessions from 1 to 10,000,000, without separators';
const master =
  'expected the name of a master after the sentinels, and perhaps the number of a database, as in redis+sentinel://10.0.0.5:26379/mymaster/0';
const database = 'expected the number of a database or nothing after the server, as in redis://10.0.0.5:6379/0';
const prefix = 'prefix: expected 1 to 64 of the characters A–Z, a–z, 0–9, _, ., : and -';

const wrong: [text: string, problem: string][] = [
  ['', `${memoryOr}, got nothing; known are ${known}`],
  ['memroy', `${memoryOr}, got a text that is neither; known are ${known}`],
  ['lab:hunter2@h:6379', `${memoryOr}, got …@h:6379; known are ${known}`],
  ['memory://', 'there is no store memory://; did you mean memory?'],
  ['redsi://lab:hunter2@h', `there is no store redsi://; known are memory, ${known}`],
  ['hunter2://h', `there is no store of that scheme; known are memory, ${known}`],
  ['memory?limit=0', `${limit}, got "0"`],
  ['memory?limit=10000001', `${limit}, got "10000001"`],
  ['memory?limit=50,000', `${limit}, got "50,000"`],
  ['memory?limit=lab:hunter2@h', 'memory has no user name or password; expected memory or memory?limit=50000, got …@…'],
  ['memory?prefix=x', 'there is no parameter "prefix"; known here: limit'],
  ['memory?limits=5', 'there is no parameter "limits"; did you mean limit?'],
  ['redis://', `${server}, got redis://; ${writePassword}`],
  ['redis://lab:hunter2@', `${server}, got redis://…@; ${writePassword}`],
  ['redis://lab:hunter2', `${server}, got redis://lab:…; ${writePassword}`],
  ['redis://:hunter2', `${server}, got redis://…; ${writePassword}`],
  ['redis://h:0', `${server}, got redis://h:…; ${writePassword}`],
  ['redis://h:65536/hunter2', `${server}, got redis://h:…; ${writePassword}`],
  ['redis://::1:6379', `${server}, got redis://…; ${writePassword}`],
  ['redis://[::g]', `${server}, got redis://…; ${writePassword}`],
  ['redis://10.0.0.256', `${server}, got redis://…; ${writePassword}`],
  ['redis://a b', `${server}, got redis://…; ${writePassword}`],
  ['redis://h1,h2:x', `${server}, got redis://h1,h2:…; ${writePassword}`],
  ['redis://h1,h2', 'expected one server, got redis://h1,h2; several are written with redis+sentinel:// or redis+cluster://'],
  ['redis://lab:a@hunter2@h', encode],
  ['redis://lab:a/hunter2@h', encode],
  ['redis://lab:a?hunter2@h', encode],
  ['redis://lab:a#hunter2@h', encode],
  [
    'redis://lab:hunter2%@h',
    'user name and password: expected a percent-encoded text, got one with a % that begins no character; write % as %25',
  ],
  ['redis://@h', `${beforeAt}, got redis://…@h with nothing there; leave out the @ if there is no password`],
  ['redis://lab:@h', `${beforeAt}, got redis://…@h with an empty password; write it, or leave out the colon`],
  [
    'redis://hunter2@h',
    `${beforeAt}, got redis://…@h without a password; write a password alone as :password@, or name a file that holds it with ?passwordFile=PATH`,
  ],
  [
    'redis://:hunter2@h?passwordFile=/x',
    'expected one password, got redis://…@h?… with one before the @ and passwordFile too; remove one of the two',
  ],
  ['redis://h/x', `${database}, got redis://h/…`],
  ['redis://h/100000', `${database}, got redis://h/…`],
  ['redis+sentinel://h', `${master}, got redis+sentinel://h`],
  ['redis+sentinel://h/a/b', `${master}, got redis+sentinel://h/…`],
  [
    'redis+cluster://h1,h2/1',
    'expected no database after the servers, for a cluster has only number 0, got redis+cluster://h1,h2/1; leave out what follows the /',
  ],
  ['redis://h?', 'expected name=value after the ?, got something else; known here: passwordFile, prefix, ca'],
  ['redis://h?hunter2', 'expected name=value after the ?, got something else; known here: passwordFile, prefix, ca'],
  ['redis://h?timeout=5', 'there is no parameter "timeout"; known here: passwordFile, prefix, ca'],
  ['redis://h?hunter2=5', 'there is no parameter of that name; known here: passwordFile, prefix, ca'],
  ['redis://h?password-file=/x', 'there is no parameter "password-file"; did you mean passwordFile?'],
  ['redis://h?password=hunter2', 'there is no parameter "password"; did you mean passwordFile?'],
  ['redis://h?prefix=a&prefix=b', 'prefix is given twice; remove one of the two'],
  ['redis://h?passwordFile=', 'passwordFile: expected a value after the =, got nothing; write one, or leave passwordFile out'],
  ['redis://h?limit=5', 'limit bounds the sessions in memory; how much Redis holds is set there (maxmemory), so leave it out'],
  [
    'redis://h?ca=/ca.pem',
    'ca names the authority of a TLS certificate, but redis:// is without TLS; write rediss://, or leave ca out',
  ],
  ['redis://h?prefix=lab%7B1%7D', `${prefix}, got "lab{1}"`],
  ['redis://h?prefix=lab*', `${prefix}, got "lab*"`],
  [`redis://h?prefix=${'a'.repeat(65)}`, `${prefix}, got "${'a'.repeat(65)}"`],
  ['redis://h?prefix=a%0Ab', `${prefix}, got "a\ufffdb"`],
];

for (const [text, problem] of wrong)
  test(`${text === '' ? 'an empty text' : text} is refused: ${problem}`, (t) => {
    t.deepEqual(readStoreAddress(text), { problem });
  });

test('neither a problem nor a description shows a password, however malformed the text around it is', (t) => {
  const part = fc.string({ unit: fc.constantFrom(...'ab1:/?#@%&=,[]+. \n{}\u202e'), maxLength: 8 });
  const secret = fc.tuple(part, part).map(([before, after]) => `${before}hunter2${after}`);
  const start = fc.constantFrom(
    'redis://',
    'rediss://',
    'valkey+cluster://',
    'redis+sentinel://',
    'redsi://',
    'redis:/',
    'redis:',
    '',
  );
  const end = fc.constantFrom(
    'h',
    'h:6379/0',
    'h1,h2/m',
    '[::1]',
    '',
    ':x',
    'h:1/x',
    'h?prefix={',
    'h?x=1',
    'h?passwordFile=/x',
    'h?limit',
  );
  fc.assert(
    fc.property(
      start,
      fc.constantFrom('lab', '', 'l%zb', 'a/b'),
      secret,
      fc.boolean(),
      end,
      (scheme, user, password, encoded, rest) => {
        const text = `${scheme}${user}:${encoded ? encodeURIComponent(password) : password}@${rest}`;
        const address = readStoreAddress(text);
        const shown = 'problem' in address ? address.problem : describeStoreAddress(address);
        if (shown.includes('hunter2')) throw new Error(shown);
      },
    ),
    { numRuns: 5_000 },
  );
  t.pass();
});
