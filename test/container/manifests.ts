import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** Kubernetes' own words, as far as our manifests use them: a misspelt one, which a cluster may ignore, is an error here. */
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
const labels = z.record(z.string().regex(/^app\.kubernetes\.io\/(name|part-of)$/), name);
const metadata = z.strictObject({ name, labels });
const seconds = z.int().positive();
const port = z.int().min(1_025).max(65_535);
const portName = name.max(15);

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port: portName }).optional(),
  tcpSocket: z.strictObject({ port: portName }).optional(),
  exec: z.strictObject({ command: z.array(z.string()) }).optional(),
  periodSeconds: seconds,
  timeoutSeconds: seconds.optional(),
  failureThreshold: seconds.optional(),
});
const quantity = z.string().regex(/^\d+(m|Mi)?$/);
const items = z.array(z.strictObject({ key: z.string(), path: z.string() }));

const container = z.strictObject({
  name,
  image: z.string().regex(/^[a-z-]+(:(?!latest$)[\w.-]+)?$/),
  imagePullPolicy: z.literal('IfNotPresent').optional(),
  args: z.array(z.string()).min(1),
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  ports: z.array(z.strictObject({ name: portName, containerPort: port })),
  startupProbe: probe.optional(),
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.strictObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(z.string()) }) }) }).optional(),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: quantity, memory: quantity }),
    limits: z.strictObject({ cpu: quantity.optional(), memory: quantity }),
  }),
  volumeMounts: z
    .array(z.strictObject({ name, mountPath: z.string().startsWith('/'), readOnly: z.literal(true).optional() }))
    .optional(),
});

const volume = z.strictObject({
  name,
  emptyDir: z.strictObject({}).optional(),
  secret: z.strictObject({ secretName: name, items }).optional(),
  projected: z
    .strictObject({
      sources: z.array(
        z.strictObject({
          configMap: z.strictObject({ name }).optional(),
          secret: z.strictObject({ name, items }).optional(),
        }),
      ),
    })
    .optional(),
});

const pod = z.strictObject({
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.literal(false),
  terminationGracePeriodSeconds: seconds.optional(),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.int().positive(),
    runAsGroup: z.int().positive(),
    fsGroup: z.int().positive().optional(),
    seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
  }),
  containers: z.tuple([container]),
  volumes: z.array(volume).optional(),
});

const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({
    replicas: z.int().positive(),
    strategy: z.union([
      z.strictObject({ type: z.literal('Recreate') }),
      z.strictObject({ rollingUpdate: z.strictObject({ maxUnavailable: z.literal(0), maxSurge: z.literal(1) }) }),
    ]),
    selector: z.strictObject({ matchLabels: labels }),
    template: z.strictObject({ metadata: z.strictObject({ labels }), spec: pod }),
  }),
});
const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    selector: labels,
    ports: z.array(z.strictObject({ name: portName, port, targetPort: portName })).min(1),
  }),
});
const configMap = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.record(z.string(), z.string()),
});
const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata,
  spec: z.strictObject({
    podSelector: z.strictObject({ matchLabels: labels }),
    policyTypes: z.tuple([z.literal('Ingress')]),
    ingress: z.array(
      z.strictObject({
        from: z.array(z.strictObject({ podSelector: z.strictObject({ matchLabels: labels }) })).min(1),
        ports: z.array(z.strictObject({ port: portName })).min(1),
      }),
    ),
  }),
});
const manifest = z.discriminatedUnion('kind', [deployment, service, configMap, networkPolicy]);

export type Deployment = z.infer<typeof deployment>;
type Manifests = {
  deployments: Deployment[];
  services: z.infer<typeof service>[];
  configMaps: z.infer<typeof configMap>[];
  networkPolicies: z.infer<typeof networkPolicy>[];
};

/** Throws for a word that is not expected, and for a value that Kubernetes, or we, would not have there. */
export function readManifests(file: string): Manifests {
  const documents = parseAllDocuments(readFileSync(file, 'utf8'));
  const all = documents.map((document) => manifest.parse(document.toJS()));
  return {
    deployments: all.filter((one) => one.kind === 'Deployment'),
    services: all.filter((one) => one.kind === 'Service'),
    configMaps: all.filter((one) => one.kind === 'ConfigMap'),
    networkPolicies: all.filter((one) => one.kind === 'NetworkPolicy'),
  };
}
