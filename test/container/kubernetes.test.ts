import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startRedis } from '../../src/regression/ends/start-redis.ts';
import { makeTemporaryFolder } from '../../src/regression/ends/temporary-folder.ts';
import { loadRules } from '../../src/rules/load-rules.ts';
import { FREE, type Started, start } from '../cli/processes.ts';
import { programTest } from '../program-test.ts';
import { send } from '../send-request.ts';
import { readImage } from './compose-file.ts';
import { type Deployment, readManifests } from './manifests.ts';
import { signOut } from './sign-out.ts';

const FOLDER = 'deploy/kubernetes';
const files = { lab: readManifests(`${FOLDER}/lab.yaml`), replicas: readManifests(`${FOLDER}/replicas.yaml`) };
const { replicas } = files;
const IMAGE = 'logoff-lab';

const podOf = ({ spec }: Deployment) => spec.template.spec;
const containerOf = (deployment: Deployment) => podOf(deployment).containers[0];
const named = (name: string) => replicas.deployments.find(({ metadata }) => metadata.name === `logoff-lab-${name}`) as Deployment;

for (const [name, { deployments, services }] of Object.entries(files))
  test(`${FOLDER}/${name}.yaml: what a selector, a port or a mount names is there`, (t) => {
    for (const { spec } of deployments) {
      t.like(spec.template.metadata.labels, spec.selector.matchLabels);
      const { ports, volumeMounts = [], startupProbe, livenessProbe, readinessProbe } = spec.template.spec.containers[0];
      const known = ports.map((port) => port.name);
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
        const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
        t.true(port === undefined || known.includes(port));
      }
      const volumes = (spec.template.spec.volumes ?? []).map((volume) => volume.name);
      t.deepEqual(volumeMounts.map((mount) => mount.name).sort(), volumes.sort());
    }
    for (const { metadata, spec } of services) {
      const chosen = deployments.filter((one) => isPart(spec.selector, one.spec.template.metadata.labels));
      t.is(chosen.length, 1, metadata.name);
      const offered = containerOf(chosen[0] as Deployment).ports.map((port) => port.name);
      for (const { targetPort } of spec.ports) t.true(offered.includes(targetPort), `${metadata.name}: ${targetPort}`);
    }
  });

test('a pod of ours has the ports of the image, its user, and probes that a gateway answers: /livez to restart it, /readyz to send people there', (t) => {
  const ours = Object.values(files).flatMap(({ deployments }) => deployments.filter((one) => containerOf(one).image === IMAGE));
  t.is(ours.length, 3);
  for (const deployment of ours) {
    const { ports, startupProbe, livenessProbe, readinessProbe } = containerOf(deployment);
    t.true(ports.every(({ containerPort }) => readImage().ports.includes(containerPort)));
    t.is(podOf(deployment).securityContext.runAsUser, 1_000);
    t.is(ports.find((port) => port.name === 'console')?.containerPort, 8_081);
    t.deepEqual(startupProbe?.httpGet, { path: '/livez', port: 'console' });
    t.deepEqual(livenessProbe.httpGet, { path: '/livez', port: 'console' });
    t.deepEqual(readinessProbe.httpGet, { path: '/readyz', port: 'console' });
  }
});

test('what keeps sessions in its memory runs once, and the gateways that share theirs twice', (t) => {
  const counts = [...files.lab.deployments, ...replicas.deployments].map(({ metadata, spec }) => [metadata.name, spec.replicas]);
  t.deepEqual(Object.fromEntries(counts), {
    'logoff-lab': 1,
    'logoff-lab-gateway': 2,
    'logoff-lab-redis': 1,
    'logoff-lab-backend': 1,
  });
});

test('the gateways alone reach the sessions in Redis', (t) => {
  const labelsOf = (name: string) => named(name).spec.template.metadata.labels;
  const [policy, ...others] = replicas.networkPolicies;
  t.deepEqual(others, []);
  t.true(isPart(policy?.spec.podSelector.matchLabels ?? {}, labelsOf('redis')));
  const [rule] = policy?.spec.ingress ?? [];
  t.deepEqual(rule?.from, [{ podSelector: named('gateway').spec.selector }]);
  t.deepEqual(rule?.ports, [{ port: 'redis' }]);
});

test('the rules of the ConfigMap hold, and a pod gets longer to end than they give its requests', async (t) => {
  const { listener, rules } = await loadRules(layOutVolume(t).file);
  t.false(listener.bindToClientAddress);
  const [target] = rules.map(({ to }) => new URL(to.url));
  const backend = replicas.services.find(({ metadata }) => metadata.name === target?.hostname);
  t.true(backend?.spec.ports.some(({ port }) => String(port) === target?.port));

  const [, pause = ''] = containerOf(named('gateway')).lifecycle?.preStop.exec.command ?? [];
  const least = Number(pause) + listener.limits.drainTime / 1_000;
  t.true((podOf(named('gateway')).terminationGracePeriodSeconds ?? 0) > least);
  t.true((podOf(files.lab.deployments[0] as Deployment).terminationGracePeriodSeconds ?? 0) > listener.limits.drainTime / 1_000);
});

test('each key that a pod takes from the Secret is one that the command in the manifest and in the how-to puts there', (t) => {
  const { volumes = [] } = podOf(named('gateway'));
  const sources = volumes.flatMap(({ secret, projected }) => [
    ...(secret ? [{ name: secret.secretName, items: secret.items }] : []),
    ...(projected?.sources.flatMap((source) => source.secret ?? []) ?? []),
  ]);
  t.deepEqual(
    new Set(sources.flatMap(({ name, items }) => items.map(({ key }) => `${name}/${key}`))),
    new Set(['logoff-lab-gateway/users.yaml', 'logoff-lab-gateway/console-token']),
  );
  for (const file of [`${FOLDER}/replicas.yaml`, 'docs/how-to/replicas.md']) {
    const text = readFileSync(file, 'utf8').replace(/\\\n#?\s*/g, '');
    t.regex(
      text,
      /kubectl create secret generic logoff-lab-gateway .*--from-file=users\.yaml=\S+ .*--from-literal=console-token=/,
      file,
    );
  }
});

test('the pod of the lab answers its probes without a token and under the name that a kubelet uses', async (t) => {
  // A pod listens on every address and so makes a token; here, on this machine's own, one is given to it.
  const lab = startPod(t, files.lab.deployments[0] as Deployment, {}, { LOGOFF_LAB_CONSOLE_TOKEN: TOKEN });
  const port = await consolePort(lab);
  for (const path of ['/livez', '/readyz']) t.is((await send(port, 'GET', path, { Host: '10.42.0.7:8081' })).status, 200);
  t.is((await send(port, 'GET', '/api/sessions', { Host: '10.42.0.7:8081' })).status, 401);
});

programTest(
  'redis',
  'two pods of the gateway share their sessions, are ready under a kubelet’s name, and read a changed ConfigMap again',
  async (t) => {
    t.timeout(180_000);
    const redis = await startRedis();
    t.teardown(() => redis.stop());
    const backend = startPod(t, named('backend'), {});
    const [, exchange] = await backend.until(/2013-cu1\.localhost:(\d+)\/[\s\S]*Stop with/);
    const volume = layOutVolume(t, (text) => text.replace('logoff-lab-backend:8082', `127.0.0.1:${exchange}`));
    const replace = {
      '/rules/': `${volume.folder}/`,
      '/secrets/': `${volume.folder}/`,
      'logoff-lab-redis:6379': `127.0.0.1:${redis.port}`,
    };
    const pods = [startPod(t, named('gateway'), replace), startPod(t, named('gateway'), replace)] as const;
    const [one, two] = (await Promise.all(
      pods.map(async (pod) => Number((await pod.until(/Listening on [\d.]+:(\d+)[\s\S]*Stop with/))[1])),
    )) as [number, number];

    t.is(await signOut(t, '2013-cu1', one), 'mail');
    t.is(await signOut(t, '2013-cu9-announced', two), 'form');
    const sessions = async (pod: Started) => {
      const headers = { Host: '10.42.0.7:8081', Authorization: `Bearer ${TOKEN}` };
      return JSON.parse((await send(await consolePort(pod), 'GET', '/api/sessions', headers)).body) as unknown;
    };
    const listed = await sessions(pods[0]);
    t.true(JSON.stringify(listed).includes('alice'));
    t.deepEqual(ids(await sessions(pods[1])), ids(listed));
    for (const pod of pods) t.is((await send(await consolePort(pod), 'GET', '/readyz', { Host: '10.42.0.7:8081' })).status, 200);

    volume.change((text) => text.replace('se.localhost', 'se.localhost, 2016-rtm.localhost'));
    for (const pod of pods) await pod.until(/rules read again: 1 rule; 0 sessions ended/);
  },
);

const TOKEN = '0123456789abcdef';

/** Starts what a pod runs, with its environment: `replace` puts this machine's names in the place of the cluster's. */
function startPod(
  t: ExecutionContext,
  deployment: Deployment,
  replace: Record<string, string>,
  more: Record<string, string> = {},
): Started {
  const { args, env = [] } = containerOf(deployment);
  const local = (text: string) => Object.entries(replace).reduce((now, [from, to]) => now.replace(from, to), text);
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, local(value)]));
  const settings = { ...FREE, LOGOFF_LAB_HOST: '127.0.0.1', ...variables, ...more };
  return start(t, process.execPath, ['--disable-warning=DEP0060', 'src/main.ts', ...args], settings);
}

async function consolePort(pod: Started): Promise<number> {
  return Number((await pod.until(/Console: http:\/\/127\.0\.0\.1:(\d+)\//))[1]);
}

/** A volume as a kubelet lays it out: files are links into a folder that is exchanged as a whole. */
function layOutVolume(t: ExecutionContext, edit = (text: string) => text) {
  const folder = makeTemporaryFolder('volume');
  t.teardown(folder.remove);
  const at = (name: string) => join(folder.path, name);
  const rules = edit(replicas.configMaps[0]?.data['rules.yaml'] ?? '');
  const texts = { 'rules.yaml': rules, 'users.yaml': readFileSync('rules/users.yaml', 'utf8'), 'console-token': TOKEN };
  const fill = (version: string, files: Record<string, string>) => {
    mkdirSync(at(version));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(at(version), name), text);
    symlinkSync(version, at('..new'));
    renameSync(at('..new'), at('..data'));
  };
  fill('..1', texts);
  for (const name of Object.keys(texts)) symlinkSync(`..data/${name}`, at(name));
  return {
    folder: folder.path,
    file: at('rules.yaml'),
    change: (again: (text: string) => string) => fill('..2', { ...texts, 'rules.yaml': again(rules) }),
  };
}

function isPart(part: Record<string, string>, of: Record<string, string>): boolean {
  return Object.entries(part).every(([key, value]) => of[key] === value);
}

function ids(answer: unknown): string[] {
  return [...JSON.stringify(answer).matchAll(/"publicId":"([^"]+)"/g)].map(([, id]) => id as string).sort();
}
