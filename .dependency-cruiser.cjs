/**
 * Who may import whom. `npm run imports` runs it; `test/architecture/import-rules.spec.ts` proves that each rule can
 * fail. `docs/architecture.md` says why.
 */

const SPEC = '[.]spec[.]ts$';
/** Test code may reach for anything it needs to stand a scene up. */
const TESTS = `(${SPEC}|^test/|^libs/testing/)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle means that neither side can be read, tested or replaced alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment: 'An import that resolves to nothing would also escape every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-declared',
      comment: 'What package.json does not name may be gone after the next install.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-dependency-in-product',
      comment: 'Production runs without development dependencies.',
      severity: 'error',
      from: { path: '^(apps|libs|projections)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
    {
      name: 'nothing-imports-a-spec',
      comment: 'Specs are leaves.',
      severity: 'error',
      from: {},
      to: { path: SPEC },
    },
    {
      name: 'product-never-imports-tests',
      comment: 'Fakes and stories are for tests.',
      severity: 'error',
      from: { path: '^(apps|libs|projections)/', pathNot: TESTS },
      to: { path: '^(test/|libs/testing/)' },
    },
    {
      name: 'one-public-door',
      comment: 'A lib is reached through its index.ts; what stands behind may change.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/', pathNot: SPEC },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/$1/', '^libs/[^/]+/index[.]ts$'] },
    },
    {
      name: 'one-public-door-for-apps',
      comment: 'Applications, read models and the rest use the public door of a lib as well.',
      severity: 'error',
      from: { path: '^(apps|projections)/', pathNot: SPEC },
      to: { path: '^libs/', pathNot: ['^libs/[^/]+/index[.]ts$', '^libs/ordering/handlers/'] },
    },
    {
      name: 'kernel-imports-nothing',
      comment: 'Everything stands on the kernel, so it stands on nothing but Node itself.',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: SPEC },
      to: { pathNot: ['^libs/kernel/', '^(node:)?crypto$'] },
    },
    {
      name: 'aggregates-are-pure',
      comment: 'An aggregate sees the kernel and itself: no database, no framework, no Node API, no other aggregate.',
      severity: 'error',
      from: { path: '^libs/ordering/(?!handlers/|processes/)([^/]+)/', pathNot: SPEC },
      to: { pathNot: ['^libs/kernel/', '^libs/ordering/$1/'] },
    },
    {
      name: 'processes-are-pure',
      comment: 'A process manager sees what happened and what can be asked for, of any aggregate: no state, no decision, no I/O.',
      severity: 'error',
      from: { path: '^libs/ordering/processes/', pathNot: SPEC },
      to: { pathNot: ['^libs/kernel/', '^libs/ordering/processes/', '^libs/ordering/[^/]+/[^/]+[.](events|commands)[.]ts$', '^libs/ordering/order/order[.]payment-(events|commands)[.]ts$'] },
    },
    {
      name: 'libs-never-import-apps',
      comment: 'Composition roots know the libs, never the other way.',
      severity: 'error',
      from: { path: '^(libs|projections)/', pathNot: SPEC },
      to: { path: '^apps/' },
    },
    {
      name: 'projections-see-facts-only',
      comment: 'A read model that could decide would be a second write model. Event types and payload checks are facts.',
      severity: 'error',
      from: { path: '^(projections|libs/projecting)/', pathNot: SPEC },
      to: { path: '[.](decide|decider|commands|rejections|handler)[.]ts$|^libs/ordering/handlers/' },
    },
    {
      name: 'projections-never-write-the-log',
      comment: 'One direction, no way back: the read side has no executor.',
      severity: 'error',
      from: { path: '^projections/', pathNot: SPEC },
      to: { path: '^libs/(embedded-eventstore|embedded-postgres|identity|catalogue|importing)/' },
    },
    {
      name: 'write-side-never-reads-projections',
      comment: 'A command never looks at a read model to decide.',
      severity: 'error',
      from: { path: '^libs/(kernel|ordering|event-store|subject-keys|embedded-eventstore|catalogue|identity)/', pathNot: SPEC },
      to: { path: '^(projections|libs/projecting)/' },
    },
    {
      name: 'tables-are-private',
      comment: "A read model's table belongs to its folder: delete the folder and the feature is gone.",
      severity: 'error',
      from: { path: '^(?!projections/migrations/)(.+)/[^/]+$', pathNot: SPEC },
      to: { path: '[.]table[.]ts$', pathNot: '^$1/' },
    },
    {
      name: 'event-store-client-in-its-adapter',
      comment: 'The application knows the port; only the adapter and the embedded server know the client.',
      severity: 'error',
      from: { pathNot: ['^libs/(event-store|embedded-eventstore)/', TESTS] },
      to: { path: '(^|/)node_modules/@eventstore/' },
    },
    {
      name: 'typeorm-on-the-read-side',
      comment: 'The write side speaks to the log and to plain tables of its own.',
      severity: 'error',
      from: { pathNot: ['^(projections|libs/projecting|apps)/', TESTS] },
      to: { path: '(^|/)node_modules/(@nestjs/)?typeorm/' },
    },
    {
      name: 'framework-in-composition-roots',
      comment: 'Libs work without NestJS; handlers are its only guests.',
      severity: 'error',
      from: { pathNot: ['^apps/', '^libs/ordering/handlers/', TESTS] },
      to: { path: '(^|/)node_modules/(@nestjs|fastify|@fastify)/' , pathNot: '(^|/)node_modules/@nestjs/typeorm/' },
    },
    {
      name: 'ports-are-bound-in-apps',
      comment: 'Adapters meet ports where a process is put together, nowhere else.',
      severity: 'error',
      from: { path: '^libs/(?!embedded-|payment-gateway/|testing/)[^/]+/', pathNot: SPEC },
      to: { path: '^libs/(embedded-|payment-gateway/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|bench-results)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['docket-source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.cjs', '.mjs', '.json'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
    cache: false,
  },
};
