/** What of a package.json says anything to whoever installs the package. */
type Manifest = Record<string, unknown>;

/**
 * The package.json of the package: compiled files in place of the sources, which no Node runs out of node_modules, and nothing that only
 * a checkout needs. Node 22 does what is left: undici asks for 22.19. Pure.
 */
export function packedManifest(manifest: Manifest): Manifest {
  const { private: _, scripts, ava, devDependencies, optionalDependencies, ...rest } = manifest;
  return {
    ...rest,
    bin: { 'logoff-lab': 'dist/main.js' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    engines: { node: '>=22.19' },
  };
}
