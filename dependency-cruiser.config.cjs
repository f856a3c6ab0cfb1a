// The architecture, as rules. Each comment says why, so a failing build explains itself.
const TEST = '[.](test|medium[.]test|gpu[.]test)[.]tsx?$|/test(ing)?/|/bench/';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const OURS = '^(packages|backend|evaluator|frontend|migrations|tools|e2e)/';

module.exports = {
  forbidden: [
    rule('no-cycles', 'A cycle means two modules are one module.', {}, { circular: true }),
    rule(
      'resolvable',
      'An import that does not resolve would hide from every other rule.',
      { pathNot: TEST },
      { couldNotResolve: true },
    ),
    rule(
      'pure-science',
      'Scores must run anywhere and be testable with arrays alone.',
      { path: '^packages/science/src', pathNot: TEST },
      { pathNot: '^packages/science/src' },
    ),
    rule(
      'pure-contracts',
      'Contracts are the shared vocabulary: schemas and types.',
      { path: '^packages/contracts/src', pathNot: TEST },
      { pathNot: '^packages/contracts/src|node_modules/zod/' },
    ),
    rule(
      'client-knows-only-contracts',
      'One list of the calls of the API, for browser, server and shell: what sends them comes in.',
      { path: '^packages/client/src', pathNot: TEST },
      { pathNot: '^packages/(client|contracts)/' },
    ),
    rule(
      'netcdf-knows-only-science',
      'The reader turns bytes into science types.',
      { path: '^packages/netcdf/src', pathNot: TEST },
      { path: OURS, pathNot: '^packages/(netcdf|science)/' },
    ),
    rule(
      'netcdf-portable-knows-no-machine',
      'What reads through bytes alone also runs in browsers: no file system, no zlib of Node, nothing that writes.',
      {
        path: '^packages/netcdf/src/',
        pathNot:
          '^packages/netcdf/src/(index|file-byte-source|zlib-inflate|hdf5/(h5wasm-module|node-hdf5-platform))[.]ts$|^packages/netcdf/src/(opening|writing)/|' +
          TEST,
      },
      {
        path: '^(node:)?(fs|zlib|path|util|url|os|worker_threads|child_process)(/|$)|^packages/netcdf/src/(index|file-byte-source|zlib-inflate|opening/open-netcdf|hdf5/h5wasm-module)[.]ts$',
      },
    ),
    rule(
      'checking-knows-no-scores',
      'Whether a map may be scored is decided before how: and, like the scorer, it sees open files, never a path or a machine.',
      { path: '^packages/checking/src', pathNot: TEST },
      { pathNot: '^packages/(checking|contracts|science)/|^packages/netcdf/src/portable[.]ts$' },
    ),
    rule(
      'scoring-is-portable',
      'One scorer for the server, the shell and the browser: it sees open files, never a path or a machine.',
      { path: '^packages/scoring/src', pathNot: TEST },
      { pathNot: '^packages/(scoring|checking|contracts|science)/|^packages/netcdf/src/portable[.]ts$' },
    ),
    rule(
      'rules-load-no-schemas',
      'Of the contracts these take types, and limits of files: a worker of a page must not load every schema for them.',
      { path: '^packages/(checking|scoring|fourdvarnet)/src', pathNot: TEST },
      {
        path: '^packages/contracts/',
        pathNot: '/submission/network-limits[.]ts$',
        dependencyTypesNot: ['type-only', 'type-import'],
      },
    ),
    rule(
      'ocean-knows-only-science',
      'A simulated ocean is arrays; files are made by the pipeline.',
      { path: '^packages/ocean/src', pathNot: TEST },
      { path: OURS, pathNot: '^packages/(ocean|science)/' },
    ),
    rule(
      'pipeline-knows-libraries',
      'Files in, numbers out, for whoever calls.',
      { path: '^packages/pipeline/src', pathNot: TEST },
      {
        path: OURS,
        pathNot: '^packages/(pipeline|contracts|science|netcdf|checking|scoring|ocean|fourdvarnet|runtime)/',
      },
    ),
    rule(
      'rooms-of-the-pipeline-have-one-door',
      'A step of the pipeline is used through its index: what lies behind it may change.',
      { path: '^packages/pipeline/src/([^/]+)/', pathNot: TEST },
      {
        path: '^packages/pipeline/src/(check|score|products|predict|oi|simulate|import|inspect|observations)/.*(?<!/index[.]ts)$',
        pathNot: '^packages/pipeline/src/$1/',
      },
    ),
    rule(
      'fourdvarnet-runs-nothing',
      'Checkpoint bytes become weights, weights become a graph. Who executes it is the business of packages/runtime.',
      { path: '^packages/fourdvarnet/src', pathNot: TEST },
      { path: OURS, pathNot: '^packages/(fourdvarnet|contracts|science)/' },
    ),
    rule(
      'families-load-no-builder',
      'Pages load every family for its schema, its form and its recogniser: what makes graphs stays with the builders.',
      {
        path: '^packages/fourdvarnet/src/(families|manifest|inspection|checkpoint)/',
        pathNot: `${TEST}|^packages/fourdvarnet/src/families/(builders|network-builder|core/two-scale-prior|[^/]+/network)[.]ts$`,
      },
      {
        path: '^packages/fourdvarnet/src/graph/(?!graph-error)|^packages/fourdvarnet/src/networks/|^packages/fourdvarnet/src/families/(builders|network-builder|core/two-scale-prior|[^/]+/network)[.]ts$',
        dependencyTypesNot: ['type-only', 'type-import'],
      },
    ),
    rule(
      'runtime-knows-only-graphs',
      'A runtime executes a graph on typed arrays; files and manifests stay outside.',
      { path: '^packages/runtime/src', pathNot: TEST },
      { path: OURS, pathNot: '^packages/(runtime|fourdvarnet)/' },
    ),
    rule(
      'scoring-loads-no-schemas',
      'Loading zod and every schema takes longer than a small score: take types, score-texts, or import() later.',
      {
        path: '^packages/pipeline/src/|^packages/cli/src/(commands/local/score|terminal/score-table)[.]ts$',
        pathNot: TEST,
      },
      {
        path: '^packages/contracts/src/index[.]ts$',
        dependencyTypesNot: ['type-only', 'type-import', 'dynamic-import'],
      },
    ),
    rule(
      'packages-never-import-apps',
      'Libraries do not know their callers.',
      { path: '^packages/' },
      {
        path: '^(backend|evaluator|frontend|migrations|tools|e2e)/',
        pathNot: '^tools/(embedded-postgres|test-database)',
      },
    ),
    rule(
      'nobody-imports-the-cli',
      'The command line is a leaf.',
      { pathNot: '^(packages/cli|e2e|tools)/' },
      { path: '^packages/cli/' },
    ),
    rule(
      'apps-are-strangers',
      'Processes meet through contracts and HTTP only.',
      { path: '^(backend|evaluator|frontend)/' },
      { path: '^(backend|evaluator|frontend)/', pathNot: '^$1/' },
    ),
    rule(
      'backend-does-not-compute',
      'Parsing or scoring in the API process would block every request; intervals are re-aggregated from stored sums (ADR 0017).',
      { path: '^backend/src', pathNot: TEST },
      {
        path: '^packages/(science|netcdf|checking|scoring|ocean|fourdvarnet|runtime|pipeline)/|h5wasm|@tensorflow/|onnxruntime|node_modules/webgpu/',
        pathNot:
          '^packages/science/(src|dist)/uncertainty/|^packages/fourdvarnet/src/(families/index|manifest/yaml-mapping)[.]ts$',
      },
    ),
    rule(
      'evaluator-has-no-database',
      'A worker behind a firewall has HTTPS and a token, nothing else.',
      { path: '^(evaluator|packages)/', pathNot: TEST },
      { path: 'node_modules/(pg|pg-boss|typeorm|@nestjs|bullmq|graphile-worker)/' },
    ),
    rule(
      'queue-lives-in-the-backend',
      "Who leases jobs is the backend's secret.",
      { pathNot: '^backend/src/(queue|database)/|' + TEST },
      { path: 'node_modules/pg-boss/' },
    ),
    rule(
      'runtimes-in-one-folder',
      'Everything else sees typed arrays, so it runs without a GPU.',
      { pathNot: '^packages/runtime/src/|' + TEST },
      { path: 'node_modules/(onnxruntime-node|webgpu|@tensorflow)/' },
    ),
    rule(
      'pure-domain',
      'Domain code has no framework, no I/O, no ORM.',
      { path: '^backend/src/[^/]+/domain/', pathNot: TEST },
      {
        pathNot:
          '^backend/src/[^/]+/domain/|^backend/src/errors/domain-error|^packages/contracts/|^packages/science/(src|dist)/uncertainty/|node_modules/zod|^(node:)?crypto$',
      },
    ),
    rule(
      'only-repositories-touch-the-database',
      'SQL and entities stay behind *.repository.ts.',
      {
        path: '^backend/src/',
        pathNot: '[.]repository[.]ts$|[.]module[.]ts$|^backend/src/(database|transactions|health)/|' + TEST,
      },
      { path: '^backend/src/database/entities/|node_modules/(typeorm|pg)/' },
    ),
    rule(
      'repositories-are-private',
      'Another feature asks the service, never the table.',
      { path: '^backend/src/([^/]+)/', pathNot: TEST },
      { path: '[.]repository[.]ts$', pathNot: '^backend/src/$1/' },
    ),
    rule(
      'services-do-not-know-http',
      'A service can be called by a job or a test.',
      { path: '^backend/src/.*([.]service|[.]repository)[.]ts$' },
      { path: '[.]controller[.]ts$|/dto/' },
    ),
    rule(
      'frontend-shares-vocabulary-only',
      'Pages show numbers that the server computed; they do not compute scores.',
      {
        path: '^frontend/',
        pathNot: `${TEST}|^frontend/src/features/(preflight/|submit/(network-file/|onnx-file[.]ts$))`,
      },
      {
        path: '^packages/',
        pathNot: '^packages/(contracts|client)/|^packages/fourdvarnet/src/families/index[.]ts$',
      },
    ),
    rule(
      'weights-are-read-in-a-worker',
      'Reading a checkpoint would freeze the page; its worker needs the reader of the platform and nothing else of it.',
      { path: '^frontend/src/features/submit/network-file/', pathNot: `${TEST}|/worker/` },
      { path: '^packages/', pathNot: '^packages/(contracts|client)/' },
    ),
    rule(
      'the-worker-for-weights-reads-weights',
      'It asks what a file and a manifest say; it runs no network.',
      { path: '^frontend/src/features/submit/network-file/worker/', pathNot: TEST },
      { path: '^packages/', pathNot: '^packages/(contracts/|fourdvarnet/(src|dist)/inspection/)' },
    ),
    rule(
      'preflight-uses-the-validator',
      'Before an upload the browser runs the rules of the server, from their portable entries and nothing else.',
      { path: '^frontend/src/features/preflight/', pathNot: TEST },
      {
        path: '^packages/',
        pathNot: '^packages/(contracts|client|science|checking|scoring)/|^packages/netcdf/src/portable[.]ts$',
      },
    ),
    rule(
      'preflight-computes-in-its-worker',
      'Reading and scoring would freeze the page: only the worker and what it alone imports may load them.',
      {
        path: '^frontend/src/features/preflight/(?!worker/)',
        pathNot: TEST,
      },
      {
        path: '^packages/(science|checking|scoring|netcdf)/',
        dependencyTypesNot: ['type-only', 'type-import'],
      },
    ),
    rule(
      'the-browser-looks-into-onnx-files',
      'The submit form tells ONNX files apart and reads their inputs with the reader of the check, and nothing else of it (ADR 0016).',
      { path: '^frontend/src/features/submit/onnx-file[.]ts$' },
      {
        path: '^packages/',
        pathNot: '^packages/fourdvarnet/src/(onnx/inspect-onnx|file-format/network-file-format)[.]ts$',
      },
    ),
    rule(
      'features-are-strangers',
      'Compose features in app/, not in each other.',
      { path: '^frontend/src/features/([^/]+)/' },
      { path: '^frontend/src/features/', pathNot: '^frontend/src/features/$1/' },
    ),
    rule(
      'lower-layers-never-look-up',
      'components, charts and lib know no feature and no route.',
      { path: '^frontend/src/(components|charts|lib)/' },
      { path: '^frontend/src/(features|app)/' },
    ),
    rule(
      'features-never-import-routes',
      'Routes import features, not the other way round.',
      { path: '^frontend/src/features/' },
      { path: '^frontend/src/app/' },
    ),
    rule(
      'frozen-migrations',
      'A migration must mean the same thing in two years: it imports typeorm and nothing of ours.',
      { path: '^migrations/', pathNot: TEST },
      { path: OURS, pathNot: '^migrations/' },
    ),
    rule('no-test-code-in-src', 'Tests import code, never the reverse.', { pathNot: TEST }, { path: TEST }),
  ],
  options: {
    tsConfig: { fileName: 'tools/tsconfig.arch.json' },
    tsPreCompilationDeps: true, // type-only imports count: a type is knowledge too
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages/[^/]+|backend|evaluator|frontend|migrations)/(dist|[.]next)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['sillage-source', 'import', 'node', 'default'],
    },
  },
};
