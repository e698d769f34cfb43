/**
 * Who may import whom. `npm run imports` (scripts/check-imports.ts) holds every file against it and makes sure that
 * every file was read. A path is a regular expression; `$1` is what the group in `files` matched.
 */
import { Visitor } from '@swc/core/Visitor.js';

const core = '^src/core/';
const dialect = '^src/dialects/dialect\\.ts$';
const graph = '^src/dialects/graph/';
const dialects = '^src/dialects/index\\.ts$';
const sharedByStores = '^src/store/(changes/[^/]+|(?!index\\.ts|upkeep\\.ts)[^/]+)\\.ts$';
const observe = '^src/observe/';
/** What others have to know of the gateway. */
const passage = '^src/gateway/(passage|webhooks/desk)\\.ts$';
const sign = '^src/gateway/webhooks/sign\\.ts$';
const pace = '^src/upstream/(backoff|timetable)\\.ts$';
const version = '^src/version\\.ts$';
const client = '^src/client/';
const serve = '^src/cli/serve\\.ts$';
const firstStart = '^src/service/first-start\\.ts$';

/** The table: these files may import those, and of `src` nothing else. */
const table = {
  core: { files: core, mayImport: [core] },
  dialect: { files: dialect, mayImport: [core] },
  graph: { files: graph, mayImport: [core, dialect, graph] },
  'one-dialect': { files: '^src/dialects/(?!graph/)([^/]+)/', mayImport: [core, dialect, graph, '^src/dialects/$1/'] },
  dialects: { files: dialects, mayImport: [core, '^src/dialects/'] },
  'shared-by-stores': { files: sharedByStores, mayImport: [core, sharedByStores] },
  'one-store': { files: '^src/store/(?!changes/)([^/]+)/', mayImport: [core, sharedByStores, '^src/store/$1/'] },
  stores: { files: '^src/store/(index|upkeep)\\.ts$', mayImport: [core, '^src/store/'] },
  upstream: { files: '^src/upstream/', mayImport: [core, dialect, dialects, '^src/upstream/'] },
  forwarding: { files: '^src/forwarding/', mayImport: [core, sign, pace, '^src/forwarding/'] },
  http: { files: '^src/http/', mayImport: [core, dialect, passage, observe, version, '^src/http/'] },
  'one-border': {
    files: '^src/(gateway|admin|jobs|openapi)/',
    mayImport: [core, dialect, observe, version, '^src/$1/'],
  },
  observe: { files: observe, mayImport: [core, observe] },
  config: { files: '^src/config/', mayImport: [core, '^src/config/'] },
  version: { files: version, mayImport: [] },
  'first-start': {
    files: '^src/service/(first-start|welcome)\\.ts$',
    mayImport: [core, dialect, observe, version, firstStart],
  },
  client: { files: client, mayImport: [client, '^src/admin/schemas/'] },
  serve: {
    files: serve,
    mayImport: [observe, '^src/(config/|cli/exit-codes\\.ts$|service\\.ts$|store/open-error\\.ts$)'],
  },
  upkeep: {
    files: '^src/cli/upkeep\\.ts$',
    mayImport: ['^src/(config/|cli/exit-codes\\.ts$|store/(upkeep|upkeep-error|open-error)\\.ts$)'],
  },
  cli: { files: `^src/cli/(?!serve|upkeep)`, mayImport: [client, version, '^src/(cli/(?!serve)|config/env\\.ts$)'] },
  service: {
    files: '^src/service(\\.ts$|/(?!first-start|welcome))',
    mayImport: ['^src/(?!main\\.ts|cli/|client/)'],
  },
  main: { files: '^src/main\\.ts$', mayImport: ['^src/cli/'] },
  bin: { files: '^bin/', mayImport: ['^src/main\\.ts$'] },
};

/** Tests lie beside the code, import what they need, and are no part of the product. */
const tests = '\\.(test|contract)\\.ts$';
const product = { path: '^(src|bin)/', pathNot: tests };

const rows = Object.entries(table).map(([name, { files, mayImport }]) => ({
  name,
  severity: 'error',
  from: { path: files, pathNot: tests },
  to: { path: '^src/', pathNot: mayImport },
}));

const others = {
  'not-in-the-table': {
    from: { ...product, pathNot: [tests, ...Object.values(table).map(({ files }) => files)] },
    to: {},
  },
  'no-cycle': { from: {}, to: { circular: true } },
  'not-found': { from: {}, to: { couldNotResolve: true } },
  'no-test-in-the-product': { from: product, to: { path: ['^(?!src/|bin/)(test|scripts|bench)/', tests] } },
  'no-dev-dependency-in-the-product': {
    from: product,
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  'no-undeclared-package': { from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
  'core-needs-nothing': {
    from: { path: core, pathNot: tests },
    to: { pathNot: ['^src/', '^(node:)?crypto$', 'node_modules/secure-json-parse/'] },
  },
  'client-needs-nothing': {
    from: { path: client, pathNot: tests },
    to: { pathNot: client, dependencyTypesNot: ['type-only'] },
  },
  'only-dialects-name-a-dialect': {
    from: { path: product.path, pathNot: [tests, '^src/dialects/'] },
    to: { path: '^src/dialects/[^/]+/' },
  },
  'only-stores-name-a-database': {
    from: { path: product.path, pathNot: [tests, '^src/store/'] },
    to: { path: ['^src/store/[^/]+/', '^(node:)?sqlite$', 'node_modules/pg/'] },
  },
};

/** The visitor that dependency-cruiser extends does not know `using`, and would stop at a file that has one. */
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function visit(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

export default {
  forbidden: [...rows, ...Object.entries(others).map(([name, rule]) => ({ name, severity: 'error', ...rule }))],
  // With TypeScript 7, dependency-cruiser reads no TypeScript file unless swc parses it.
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'types'] },
  },
};
