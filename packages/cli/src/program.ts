import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cliVersion } from './version.js';

const DEFAULT_THREADS = Math.min(8, availableParallelism());

/**
 * The command line. Only names and options are known here: each command loads what it needs when it runs, so that
 * `sillage --help` does not wait for NetCDF and FFT.
 */
export function createProgram(writeError: (text: string) => void): Command {
  const program = new Command('sillage')
    .description('Scores maps of sea surface height, and talks to a Sillage platform.')
    .version(cliVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeErr: (text) => process.stderr.write(text),
      outputError: (text) => writeError(text.replace(/^error: /, '')),
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      '\nThe platform is SILLAGE_URL (default http://127.0.0.1:3000), your token SILLAGE_TOKEN or `sillage login`.',
    );
  addScoringCommands(program);
  addDataCommands(program);
  addNetworkCommands(program);
  addPlatformCommands(program);
  addChallengeCommands(program);
  addDraftCommands(program);
  addDatasetCommands(program);
  addRescoreCommands(program);
  addOrganiserCommands(program);
  addAdminCommands(program);
  return program;
}

function addScoringCommands(program: Command): void {
  add(program, 'inspect', 'what a NetCDF file holds and how the platform reads it')
    .argument('<file>', 'NetCDF file')
    .option('--variable <name>', 'look at this variable as the height')
    .addOption(json())
    .action(async (file, options) => (await import('./commands/local/inspect.js')).inspect(file, options));

  add(program, 'check', 'what the platform would say of a map, and the usual mistakes it shows')
    .argument('<file>', 'NetCDF file with the maps')
    .addOption(
      required('--challenge <folder or id>', 'a folder with challenge.yaml, or a challenge that is shipped'),
    )
    .option('--area <id>', 'area of the task')
    .option('--scenario <id>', 'scenario of the task')
    .option('--variable <name>', 'look at this variable as the height')
    .option(
      '--reference <file>',
      "compare with this truth, on a grid (default: the challenge's truth, else its OI)",
    )
    .option('--reference-variable <name>', 'its height (default: found by name)')
    .addOption(json())
    .action(async (file, options) => (await import('./commands/local/check.js')).check(file, options));

  add(program, 'score', 'score a reconstruction against a reference, without a platform')
    .option('--reference <file>', 'the truth, on a grid')
    .option('--track <file>', 'instead of it: a withheld altimeter, in the 2021a layout or with ssh_obs')
    .addOption(required('--reconstruction <file>', 'the map under test'))
    .option('--reference-variable <name>', 'its height (default: found by name, e.g. sossheig)')
    .option('--track-variable <name>', 'its height (default: sla_unfiltered + mdt - lwe, else ssh_obs)')
    .option('--reconstruction-variable <name>', 'its height (default: found by name, e.g. gssh)')
    .addOption(
      new Option(
        '--protocol <id>',
        'exact definition of the scores (default: osse-2020a, with --track ose-2021a)',
      ).choices(['osse-2020a', 'osse-natl', 'ose-2021a', 'ose-along-track']),
    )
    .option('--box <west,east,south,north>', 'score this box only, degrees')
    .addOption(start('first UTC day that is scored'))
    .addOption(end('last UTC day that is scored'))
    .addOption(
      new Option(
        '--holes <rule>',
        'missing values where the reference has one: an error, or dropped like in the notebooks of the challenge',
      )
        .choices(['reject', 'as-2020a', 'as-2021a'])
        .default('reject'),
    )
    .addOption(
      new Option('--fill <rule>', 'fill what regridding leaves open, as the 2020a notebooks do')
        .choices(['none', 'gauss-seidel'])
        .default('none'),
    )
    .option('--all', 'also tell smoothness, --open-ocean and --boxes: several times the work')
    .option('--open-ocean', 'also tell λ over the pieces of latitude rows that have no land')
    .option('--boxes', 'also tell RMSE score and λx by box')
    .addOption(threads())
    .addOption(json())
    .action(async (options) => {
      if (options.track === undefined) await (await import('./commands/local/score.js')).score(options);
      else await (await import('./commands/local/score-along-track.js')).scoreTrack(options);
    });
}

function addDataCommands(program: Command): void {
  add(program, 'oi', 'map observations by optimal interpolation')
    .addOption(
      required(
        '--observations <file>',
        'tracks, a wide swath or gridded pseudo-observations, NetCDF; repeat it to map several files together',
      ).argParser((value: string, previous: string[] = []) => [...previous, value]),
    )
    .option('--observations-variable <name>', 'their height (default: ssh_model, else found by name)')
    .option('--area <id>', 'map this area: gf, gf2, osmosis, osmosis2, natl, or one of --challenge')
    .option('--challenge <folder or id>', 'take area and evaluation period from this challenge.yaml')
    .option('--box <west,east,south,north>', 'map this box, degrees')
    .option('--like <file>', 'map on the grid and days of this file')
    .option('--like-variable <name>', 'the variable of --like that has the grid')
    .option('--spacing <degrees>', 'grid step with --area and --box (default: 0.2)', positive)
    .addOption(start('first UTC day of the maps'))
    .addOption(end('last UTC day of the maps'))
    .option('--length-lon <degrees>', 'correlation length in longitude', positive)
    .option('--length-lat <degrees>', 'correlation length in latitude', positive)
    .option('--length-time <days>', 'correlation length in time', positive)
    .option('--noise <ratio>', 'noise relative to a signal of standard deviation 1', positive)
    .option('--coarsening <count>', 'observations along the track averaged into one', positiveInteger)
    .addOption(
      new Option(
        '--method <name>',
        'direct: each day by itself, as the 2020a baseline; lattice: all days at once, for many observations',
      )
        .choices(['auto', 'direct', 'lattice'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--layout <name>',
        'gssh: one variable gssh; natl60: ssh_mod and ssh_obs, as ssh_NATL60_swot_4nadir.nc',
      )
        .choices(['gssh', 'natl60'])
        .default('gssh'),
    )
    .option('--mask <file>', 'leave out the land of this file (variable mask: 1 ocean, 0 land)')
    .addOption(threads())
    .addOption(required('--out <file>', 'NetCDF file to write'))
    .action(async (options) => (await import('./commands/local/map-by-oi.js')).mapByOi(options));

  add(program, 'simulate', 'observe a truth with satellites: along tracks, in swaths, gridded')
    .addOption(required('--truth <file>', 'gridded NetCDF file'))
    .option('--truth-variable <name>', 'its height (default: found by name)')
    .addOption(
      required('--scenario <id>', 'which satellites, e.g. nadir4, swot1-nadir4 or swot1-nadir4-noise2'),
    )
    .addOption(start('first UTC day of the observations'))
    .addOption(end('last UTC day of the observations'))
    .option('--out <file>', 'write the nadir altimeters along their tracks')
    .option('--swath-out <file>', "write KaRIn's swaths")
    .option('--gridded-out <file>', 'write daily means on the nodes of a grid')
    .option('--gridded-like <file>', 'take the nodes of this file (default: those of the truth)')
    .addOption(
      new Option('--binning <rule>', 'how observations come to nodes; searchsorted as in 4DVarNet')
        .choices(['nearest', 'searchsorted'])
        .default('nearest'),
    )
    .addOption(
      new Option('--noise <level>', 'errors of a rung of the noise ladder (default: those of the scenario)')
        .choices(['none', 'noise1', 'noise2', 'noise3'])
        .conflicts('errors'),
    )
    .option(
      '--errors <names>',
      'these errors: nadir-white, nadir-correlated, karin, roll, phase, baseline-dilation, timing, wet-troposphere',
    )
    .option('--seed <number>', 'of the errors (default: 0)', wholeNumber)
    .option('--karin-spacing <km>', 'between lines and between cells of the swaths (default: 2)', positive)
    .option('--compact', 'pack swaths and gridded observations, without what methods do not need')
    .option(
      '--observed-only',
      'of a scenario with errors: ssh_obs alone, as a satellite sees it, without ssh_model and the errors',
    )
    .addOption(threads())
    .action(async (options) => (await import('./commands/local/simulate.js')).simulate(options));

  add(program, 'simulate-ocean', 'write days of the synthetic ocean, e.g. to train on')
    .addOption(required('--area <id>', 'which part of it').choices(['gf', 'osmosis', 'natl']))
    .addOption(required('--start <day>', 'first UTC day, 2012-10-01 or later; the days before it run unseen'))
    .addOption(required('--days <count>', 'how many days').argParser(positiveInteger))
    .option('--sst', 'also its surface temperature')
    .option('--spacing <degrees>', 'grid step (default: 0.05; natl 0.2)', positive)
    .option('--scored-nodes', 'only the nodes that are scored, without the margin around them')
    .addOption(required('--out <file>', 'NetCDF file to write (variables sossheig and sst)'))
    .action(async (options) => (await import('./commands/local/simulate-ocean.js')).simulateOcean(options));
}

function addNetworkCommands(program: Command): void {
  const checkpoint = add(program, 'checkpoint', 'trained networks: what they are, and what they compute');

  add(checkpoint, 'inspect', 'which network a file holds, what it needs, and what it costs to run')
    .argument('<file>', 'PyTorch checkpoint, safetensors or ONNX; nothing of it is executed')
    .option('--manifest <file>', 'manifest.yaml or .hydra/config.yaml: says what it costs')
    .option('--template', 'print a manifest with what is known, to fill in')
    .addOption(runtime())
    .addOption(json())
    .action(async (file, options) =>
      (await import('./commands/networks/checkpoint-inspect.js')).inspectCheckpoint(file, options),
    );

  add(checkpoint, 'run', 'run a network on patches in network units')
    .addOption(
      required('--checkpoint <file>', 'PyTorch checkpoint or safetensors; nothing of it is executed'),
    )
    .addOption(required('--manifest <file>', 'manifest.yaml, or .hydra/config.yaml of the training'))
    .addOption(
      required(
        '--input <file>',
        'observations [batch, days, latitudes, longitudes], .npy; NaN where missing',
      ),
    )
    .addOption(required('--output <file>', '.npy file to write, of the same shape'))
    .option('--oi <file>', 'optimal interpolation on the same nodes, .npy (core, or as a second field)')
    .option('--mask <file>', '1 where observed, else 0, .npy (default: where --input is not NaN)')
    .option('--sst <file>', 'sea surface temperature on the same nodes, .npy')
    .addOption(runtime())
    .action(async (options) =>
      (await import('./commands/networks/checkpoint-run.js')).runCheckpoint(options),
    );

  add(checkpoint, 'search', 'try the settings that a checkpoint does not tell where the truth is public')
    .addOption(
      required('--checkpoint <file>', 'PyTorch checkpoint or safetensors; nothing of it is executed'),
    )
    .addOption(
      required('--manifest <file>', 'what is known: patch and spacing_deg at least; what it lacks is tried'),
    )
    .addOption(
      required(
        '--observations <file>',
        'tracks, a wide swath or gridded pseudo-observations, NetCDF; repeat it to use several files together',
      ).argParser((value: string, previous: string[] = []) => [...previous, value]),
    )
    .addOption(required('--truth <file>', 'gridded NetCDF file of a training or validation period'))
    .option('--truth-variable <name>', 'its height (default: found by name)')
    .option('--sst <file>', 'sea surface temperature, NetCDF')
    .option('--box <west,east,south,north>', 'where to try, degrees (default: the middle of the truth)')
    .addOption(start('first UTC day of the truth to use'))
    .addOption(end('last UTC day of the truth to use'))
    .option('--windows <count>', 'windows that each trial solves (default: 4)', positiveInteger)
    .addOption(runtime())
    .addOption(json())
    .action(async (options) =>
      (await import('./commands/networks/checkpoint-search.js')).searchCheckpoint(options),
    );

  add(program, 'predict', 'map observations with a network')
    .addOption(
      required('--checkpoint <file>', 'PyTorch checkpoint or safetensors; nothing of it is executed'),
    )
    .option(
      '--manifest <file>',
      'manifest.yaml, or .hydra/config.yaml of the training (default: the one that the checkpoint carries)',
    )
    .addOption(
      required(
        '--observations <file>',
        'tracks, a wide swath or gridded pseudo-observations, NetCDF; repeat it to use several files together',
      ).argParser((value: string, previous: string[] = []) => [...previous, value]),
    )
    .option('--observations-variable <name>', 'their height (default: ssh_model, else found by name)')
    .option('--oi <file>', 'maps by optimal interpolation, NetCDF (core, second_field: oi-map)')
    .option('--sst <file>', 'sea surface temperature, NetCDF')
    .option('--area <id>', 'map this area: gf, gf2, osmosis, osmosis2 or natl')
    .option('--box <west,east,south,north>', 'map this box, degrees')
    .addOption(start('first UTC day of the maps'))
    .addOption(end('last UTC day of the maps'))
    .addOption(runtime())
    .addOption(required('--out <file>', 'NetCDF file to write'))
    .action(async (options) => (await import('./commands/networks/predict.js')).predict(options));
}

function addPlatformCommands(program: Command): void {
  add(program, 'login', 'sign in to a platform and keep a token for it')
    .addOption(url())
    .option('--email <address>', 'your account (default: ask)')
    .option('--password-stdin', 'read the password from standard input')
    .option('--token-stdin', 'read a token of your account page from standard input instead')
    .option('--scopes <list>', 'what the token may do: read, submit, account, organise', 'read,submit')
    .addOption(
      new Option('--days <n>', 'the token expires after that many days, 1 to 366')
        .default(90)
        .argParser(dayCount),
    )
    .action(async (options) => (await import('./commands/platform/login.js')).login(options));

  add(
    program,
    'submit',
    'look at a reconstruction as the platform does, upload it and enter it in a challenge; run again to go on after an interruption',
  )
    .argument(
      '[file]',
      'NetCDF file with the maps, or a network: .ckpt, .pt, .safetensors, .onnx; or give --map',
    )
    .addOption(url())
    .addOption(required('--challenge <id>', 'challenge to enter'))
    .option('--area <id>', 'area of the task; a network enters all its tasks that match')
    .option('--scenario <id>', 'scenario of the task; a network enters all its tasks that match')
    .option(
      '--manifest <path>',
      'how a network is run: manifest.yaml, or the .hydra/config.yaml of its training',
    )
    .option('--all-tasks', 'enter every task of the challenge')
    .option('--all-areas', 'enter every area of --scenario that the map covers: for a basin map')
    .option(
      '--map <area:scenario=file>',
      'the map of one task; repeat it to enter several files as one set',
      (value: string, previous: string[] = []) => [...previous, value],
    )
    .addOption(required('--name <text>', 'name of the method, as the board shows it'))
    .addOption(
      required('--inputs <kinds>', 'what the method used: ssh-nadir, ssh-swot, sst, separated by commas'),
    )
    .option('--description <text>', 'how the method works')
    .option('--family <kind>', 'kind of method: interpolation, dynamical, neural-network, other')
    .option('--trained-on <areas>', 'areas of the challenge whose data it learnt from, separated by commas')
    .option('--code-url <url>', 'link to its code')
    .option('--paper-url <url>', 'link to its paper')
    .option('--licence <id>', 'licence of the maps (default: CC-BY-4.0)')
    .option('--variable <name>', 'variable to score, where the file has several heights')
    .option('--team <name>', 'submit in the name of one of your teams')
    .option(
      '--visibility <who>',
      'who sees the entry: public, private, or anonymous:YYYY-MM-DD, which hides the name until that day',
      'public',
    )
    .option(
      '--no-check',
      'upload without looking at the files first, e.g. where the platform is newer than this command',
    )
    .option('--wait', 'wait for the scores; exit status 1 unless every task is scored')
    .addOption(json())
    .action(async (file, options) => (await import('./commands/platform/submit.js')).submit(file, options));

  add(program, 'status', 'state and scores of a submission')
    .argument('<id>', 'submission')
    .addOption(url())
    .option('--wait', 'wait for the scores; exit status 1 unless every task is scored')
    .addOption(json())
    .action(async (id, options) => (await import('./commands/platform/status.js')).status(id, options));

  add(program, 'withdraw', 'take a submission off every board, for good; its page stays and says so')
    .argument('<id>', 'submission')
    .addOption(url())
    .option('--reason <text>', 'why; shown on its page')
    .addOption(json())
    .action(async (id, options) => (await import('./commands/platform/withdraw.js')).withdraw(id, options));
  const stressed = add(
    program,
    'stress',
    'score a network without one of its satellites, on other scenarios and in other areas',
  )
    .argument('<id>', 'submission')
    .addOption(url())
    .option('--area <area>', 'of the task to start from; default: every scored task')
    .option('--scenario <scenario>', 'of the task to start from')
    .option('--kinds <list>', 'satellites, scenarios, areas; default: all')
    .option('--show', 'show the runs that there are, ask for none')
    .option('--wait', 'wait until no run is open')
    .addOption(json())
    .action(async (id, options) => (await import('./commands/platform/stress.js')).stress(id, options));

  add(stressed, 'cancel', 'end stress runs that are not scored yet, also while they run')
    .argument('<id>', 'submission')
    .addOption(url())
    .option('--runs <ids>', 'ids of runs as --show --json lists them; default: every open run')
    .addOption(json())
    .action(async (id, options) => (await import('./commands/platform/stress.js')).cancelStress(id, options));

  add(program, 'download', 'fetch a file that the platform made for a submission')
    .argument('<id>', 'submission')
    .addOption(url())
    .option(
      '--artefact <name>',
      'scored.nc, figures.zip, notebook.ipynb, receipt.json, CITATION.cff, citation.bib, datacite.json, diagnostics.json, …; upload: the file as it was sent',
      'scored.nc',
    )
    .option('--area <id>', 'where the submission entered several tasks')
    .option('--scenario <id>', 'where the submission entered several tasks')
    .option('--out <path>', 'file or folder to write to (default: here, under its own name)')
    .option('--force', 'replace an existing file')
    .action(async (id, options) => (await import('./commands/platform/download.js')).download(id, options));

  add(program, 'verify', 'check a receipt: signature, files, and the scores by computing them again')
    .argument('<receipt>', 'receipt.json of a submission')
    .argument('[map]', 'the submitted maps or scored.nc (default: what the platform shows)')
    .option('--url <url>', 'platform whose key signed it (default: the one that the receipt names)')
    .option('--key <base64url>', 'public key to trust instead of asking the platform')
    .option('--reference <file>', 'truth or withheld track (default: downloaded)')
    .option('--no-recompute', 'check signature and files only')
    .addOption(threads())
    .action(async (receipt, map, options) =>
      (await import('./commands/platform/verify.js')).verify(receipt, map, options),
    );

  add(program, 'snapshot', 'every public score of a challenge in one zip that outlives the site')
    .argument('<challenge>', 'challenge')
    .addOption(url())
    .option('--out <path>', 'file or folder to write to (default: here)')
    .option('--force', 'replace an existing file')
    .action(async (challenge, options) =>
      (await import('./commands/platform/snapshot.js')).snapshot(challenge, options),
    );

  add(program, 'board', 'the leaderboard of a task')
    .addOption(url())
    .addOption(required('--challenge <id>', 'challenge'))
    .option('--area <id>', 'area of the task')
    .option('--scenario <id>', 'scenario of the task')
    .addOption(new Option('--csv', 'unrounded, as CSV').conflicts('json'))
    .addOption(json())
    .action(async (options) => (await import('./commands/platform/board.js')).board(options));
}

function addOrganiserCommands(program: Command): void {
  const organiser = add(program, 'organiser', 'who may organise on a platform (organisers)');

  add(organiser, 'list', 'the organisers')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/organiser.js')).listOrganisers(options));

  add(organiser, 'add', "make an account an organiser's")
    .argument('<address>', 'its e-mail address')
    .addOption(url())
    .addOption(json())
    .action(async (address, options) =>
      (await import('./commands/organise/organiser.js')).addOrganiser(address, options),
    );

  add(organiser, 'remove', "make an account a participant's again")
    .argument('<address>', 'its e-mail address')
    .addOption(url())
    .addOption(json())
    .action(async (address, options) =>
      (await import('./commands/organise/organiser.js')).removeOrganiser(address, options),
    );
}

function addAdminCommands(program: Command): void {
  const admin = add(program, 'admin', 'looking after a platform (organisers)');

  add(admin, 'health', 'evaluators, queue, failures, and what needs attention')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/admin.js')).adminHealth(options));

  add(admin, 'storage', 'what lies in the object store, by what it is, and what nothing refers to')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/admin.js')).adminStorage(options));

  add(admin, 'collect', 'remove objects that nothing refers to and that are older than the grace period')
    .addOption(url())
    .option('--dry-run', 'say what would be removed, remove nothing')
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/admin.js')).adminCollect(options));

  add(admin, 'backup', 'all of the platform of this machine into a new folder, while it runs')
    .argument('<folder>', 'a folder that does not exist yet')
    .action(async (folder) => (await import('./commands/organise/backup.js')).adminBackup(folder));

  add(admin, 'restore', 'make a platform on this machine, in an empty SILLAGE_HOME, out of a backup')
    .argument('<folder>', 'what backup wrote')
    .action(async (folder) => (await import('./commands/organise/backup.js')).adminRestore(folder));

  add(admin, 'retry', 'try again what failed on our side')
    .argument('<id>', 'evaluation')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('./commands/organise/admin.js')).adminRetry(id, options));

  add(admin, 'audit', 'what organisers did, newest first')
    .addOption(url())
    .option('--action <name>', 'only of this kind, like submission.hide')
    .option('--actor <text>', 'only by whose name holds this')
    .option('--subject <id>', 'only about this submission, challenge, …')
    .addOption(new Option('--before <number>', 'only lines before this one').argParser(positiveInteger))
    .addOption(
      new Option('--limit <count>', 'at most so many lines, up to 500 (default: 50)').argParser(
        positiveInteger,
      ),
    )
    .addOption(
      new Option('--csv <file>', 'every line, oldest first, into a file').conflicts([
        ...['action', 'actor', 'subject', 'before', 'limit', 'verify', 'json'],
      ]),
    )
    .option('--force', 'replace an existing file')
    .addOption(
      new Option('--verify', 'compute every hash again; fails where the log was changed').conflicts([
        ...['action', 'actor', 'subject', 'before', 'limit'],
      ]),
    )
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/admin.js')).adminAudit(options));

  add(admin, 'submissions', 'submissions of all challenges, private and hidden ones too')
    .addOption(url())
    .option('--challenge <id>', 'only to this challenge')
    .addOption(
      new Option('--state <state>', 'only with an evaluation in this state').choices([
        ...['queued', 'running', 'scored', 'rejected', 'failed', 'cancelled'],
      ]),
    )
    .option('--author <text>', 'only of whose name or address holds this')
    .addOption(
      new Option('--moderated <decision>', 'only those').choices([
        'hidden',
        'verified',
        'disqualified',
        'withdrawn',
        'none',
      ]),
    )
    .addOption(new Option('--page <number>', 'of 50 submissions').argParser(positiveInteger))
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/admin.js')).adminSubmissions(options));

  const actions = [
    ['hide', 'take a submission off every board and list; only its author and organisers find it'],
    ['show', 'show a hidden submission again'],
    ['verify', 'mark a submission as verified; the reason is the note beside the mark'],
    ['unverify', 'take the mark back'],
    ['disqualify', 'take the rank of a submission; its page stays, and says why'],
    ['reinstate', 'rank a disqualified submission again'],
  ] as const;
  for (const [action, description] of actions)
    add(admin, action, description)
      .argument('<id>', 'submission')
      .addOption(url())
      .addOption(required('--reason <text>', 'why; its author reads it'))
      .addOption(json())
      .action(async (id, options) =>
        (await import('./commands/organise/admin.js')).moderate(id, action, options),
      );

  add(admin, 'settings', 'phases and limits of a challenge, as YAML that --set takes back')
    .argument('<challenge>', 'challenge')
    .addOption(url())
    .option('--set <file>', 'change them: revision, phases, quota')
    .addOption(
      new Option('--products', 'make files and maps again that are of another disclosure level').conflicts(
        'set',
      ),
    )
    .addOption(json())
    .action(async (challenge, options) =>
      (await import('./commands/organise/admin.js')).adminSettings(challenge, options),
    );

  add(admin, 'quota', 'what an account or a team may still submit, and how it came to that')
    .argument('<challenge>', 'challenge')
    .addOption(url())
    .option('--account <address>', 'of the account with this address')
    .addOption(new Option('--team <name>', 'of this team').conflicts('account'))
    .addOption(json())
    .action(async (challenge, options) =>
      (await import('./commands/organise/admin.js')).adminQuota(challenge, options),
    );
}

function addChallengeCommands(program: Command): void {
  const challenge = add(program, 'challenge', 'challenges and their data');

  add(challenge, 'list', 'the challenges of a platform')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/platform/challenge.js')).listChallenges(options));

  add(
    challenge,
    'check',
    'what the platform finds in the data files of a challenge, before they are given to it',
  )
    .argument('<folder>', 'a folder with challenge.yaml, or a challenge that is shipped')
    .addOption(
      new Option(
        '--disclosure <level>',
        'check as if this were the level (default: that of challenge.yaml)',
      ).choices(['practice', 'public-test', 'blind']),
    )
    .addOption(json())
    .action(async (folder, options) =>
      (await import('./commands/local/check-dataset.js')).checkDataset(folder, options),
    );

  add(challenge, 'references', 'score again, or compute again, what the references lack (organisers)')
    .argument('<id>', 'challenge')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('./commands/platform/challenge.js')).enterReferences(id, options),
    );

  add(challenge, 'download', 'fetch the data files of a challenge')
    .argument('<id>', 'challenge')
    .addOption(url())
    .option('--out <folder>', 'folder to write to (default: the name of the challenge)')
    .option('--force', 'replace existing files')
    .action(async (id, options) =>
      (await import('./commands/platform/challenge.js')).downloadFiles(id, options),
    );

  add(challenge, 'import', 'make a challenge folder from any gridded CF file')
    .addOption(required('--truth <file>', 'gridded NetCDF file'))
    .option('--truth-variable <name>', 'its height (default: found by name)')
    .addOption(required('--id <id>', 'name in addresses: lower-case letters, digits, hyphens'))
    .addOption(required('--name <text>', 'title of the challenge'))
    .addOption(required('--licence <id>', 'licence of the data, e.g. CC-BY-4.0'))
    .option('--summary <text>', 'one sentence for the list of challenges')
    .option('--description <markdown>', 'text of the challenge page')
    .option('--citation <text>', 'how users of the data must cite it')
    .option('--synthetic', 'the ocean is simulated')
    .addOption(
      new Option('--disclosure <level>', 'what may be published')
        .choices(['practice', 'public-test', 'blind'])
        .default('practice'),
    )
    .option('--area <id>', 'name of the area (default: all, the whole file)')
    .option('--area-name <text>', 'title of --area')
    .option('--box <west,east,south,north>', 'the part of --area that is scored, degrees')
    .option('--scenario <ids>', 'which satellites observe it: one or more, separated by commas', 'nadir4')
    .option('--gridded', 'also write daily pseudo-observations on the nodes of the truth')
    .option('--seed <number>', 'of the errors of noisy scenarios (default: 0)', wholeNumber)
    .addOption(start('first UTC day that is scored'))
    .addOption(end('last UTC day that is scored'))
    .option('--oi', 'also map the observations by optimal interpolation, as the reference of the board')
    .addOption(threads())
    .addOption(required('--out <folder>', 'folder to make'))
    .action(async (options) =>
      (await import('./commands/local/import-challenge.js')).importFromFile(options),
    );

  add(
    challenge,
    'import-natl60',
    'make a challenge folder from the files of natl60-2020a, natl60-osse or ose-2021a',
  )
    .addOption(
      required(
        '--challenge <id>',
        'natl60-2020a, natl60-osse or ose-2021a, or a folder with its challenge.yaml',
      ),
    )
    .option('--from <folder>', 'folder with the files under their own names, searched through')
    .option('--truth <path>', 'the truth: a file, or the folder of the daily files of 2020a')
    .option('--sst <file>', 'sea surface temperature')
    .option('--observations <paths...>', 'observation files; scenario=path where the name does not say it')
    .option(
      '--oi <paths...>',
      'maps by OI or other published methods; key=path where the name does not say it',
    )
    .option('--track <file>', 'the withheld altimeter of ose-2021a')
    .option('--areas <ids>', 'import these areas only, separated by commas')
    .addOption(
      new Option(
        '--period-convention <days>',
        '42: both end days count; 41: without the last one, as most notebooks of 2020a (makes another challenge)',
      )
        .choices(['42', '41'])
        .default('42'),
    )
    .option(
      '--match-tolerance <share>',
      'accepted RMS difference of observations and truth, as a share of its standard deviation (default: 0.35)',
      positive,
    )
    .option('--resume', 'go on with an import that was interrupted')
    .addOption(json())
    .addOption(required('--out <folder>', 'folder to make'))
    .action(async (options) =>
      (await import('./commands/local/import-natl60.js')).importNatl60Files(options),
    );

  add(challenge, 'register', 'upload a challenge folder to a platform (organisers)')
    .argument('<folder>', 'folder with challenge.yaml and its data')
    .addOption(url())
    .addOption(json())
    .action(async (folder, options) =>
      (await import('./commands/platform/challenge.js')).registerFolder(folder, options),
    );
}

function addDraftCommands(program: Command): void {
  const draft = add(program, 'draft', 'dataset versions that are being written (organisers)');

  add(draft, 'list', 'the drafts of a platform')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/draft.js')).listDrafts(options));

  add(draft, 'create', 'start a draft: blank, from a dataset version, or of a challenge folder')
    .option('--from <challenge@version>', 'copy this version, with its files, under the next number')
    .option(
      '--folder <folder>',
      'folder with challenge.yaml and its data; with --from, in the place of its content',
    )
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/draft.js')).createDraft(options));

  add(draft, 'show', 'files, problems and report of a draft')
    .argument('<id>', 'draft')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('./commands/organise/draft.js')).showDraft(id, options));

  add(draft, 'get', 'the definition of a draft as YAML, to be edited')
    .argument('<id>', 'draft')
    .option('--out <file>', 'file to write (default: print it)')
    .option('--force', 'replace an existing file')
    .addOption(url())
    .action(async (id, options) => (await import('./commands/organise/draft.js')).getDefinition(id, options));

  add(draft, 'set', 'give the edited definition back')
    .argument('<id>', 'draft')
    .argument('<file>', 'YAML file, as `draft get` writes it')
    .addOption(url())
    .addOption(json())
    .action(async (id, file, options) =>
      (await import('./commands/organise/draft.js')).setDefinition(id, file, options),
    );

  add(draft, 'add-file', 'add files to a draft; one of the same name is replaced')
    .argument('<id>', 'draft')
    .argument('[files...]', 'files to upload')
    .option('--as <name>', 'under this name')
    .option('--server <name>', 'instead of an upload: a file in the folder of incoming files on the server')
    .addOption(url())
    .addOption(json())
    .action(async (id, files, options) =>
      (await import('./commands/organise/draft.js')).addFiles(id, files, options),
    );

  add(draft, 'server-files', 'the files that lie in the folder of incoming files on the server')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/draft.js')).listServerFiles(options));

  add(draft, 'remove-file', 'take a file out of a draft')
    .argument('<id>', 'draft')
    .argument('<name>', 'file')
    .addOption(url())
    .addOption(json())
    .action(async (id, name, options) =>
      (await import('./commands/organise/draft.js')).removeFile(id, name, options),
    );

  add(draft, 'inspect', 'have an evaluator read every file of a draft')
    .argument('<id>', 'draft')
    .option('--wait', 'wait for the report; exit status 1 if it has errors')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('./commands/organise/draft.js')).inspectDraft(id, options));

  add(draft, 'validate', 'freeze a draft as a dataset version that organisers alone see')
    .argument('<id>', 'draft')
    .addOption(required('--changes <text>', 'what is new, one line'))
    .option('--accept <codes>', 'warnings that you have read and accept, separated by commas')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('./commands/organise/draft.js')).validateDraft(id, options));

  add(draft, 'delete', 'delete a draft')
    .argument('<id>', 'draft')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('./commands/organise/draft.js')).deleteDraft(id, options));
}

function addDatasetCommands(program: Command): void {
  const dataset = add(program, 'dataset', 'dataset versions of a challenge (organisers)');

  add(dataset, 'versions', 'every version, also those that are not public')
    .argument('<challenge>', 'challenge')
    .addOption(url())
    .addOption(json())
    .action(async (challenge, options) =>
      (await import('./commands/platform/dataset.js')).listVersions(challenge, options),
    );

  add(dataset, 'publish', 'make a validated or an older version the one that is scored on')
    .argument('<challenge@version>', 'like demo-osse@1.0.1')
    .option('--changes <text>', 'what is new, one line (default: as it was validated)')
    .addOption(url())
    .addOption(json())
    .action(async (name, options) =>
      (await import('./commands/platform/dataset.js')).publishVersion(name, options),
    );

  add(dataset, 'retire', 'take a version out of the choice; its scores stay')
    .argument('<challenge@version>', 'like demo-osse@1.0.0')
    .addOption(url())
    .addOption(json())
    .action(async (name, options) =>
      (await import('./commands/platform/dataset.js')).retireVersion(name, options),
    );
}

function addRescoreCommands(program: Command): void {
  const rescore = add(program, 'rescore', 'score everything again, out of sight (organisers)');

  add(rescore, 'start', 'on a validated version, or on the current one by a newer evaluator')
    .argument('<challenge[@version]>', 'like demo-osse@1.1.0')
    .option('--wait', 'wait until everything has a result; exit status 1 if something failed on our side')
    .addOption(url())
    .addOption(json())
    .action(async (name, options) =>
      (await import('./commands/organise/rescore.js')).startRescore(name, options),
    );

  add(rescore, 'list', 'the re-scores of a platform, newest first')
    .option('--challenge <id>', 'only of this challenge')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('./commands/organise/rescore.js')).listRescores(options));

  add(rescore, 'status', 'how far it is')
    .argument('<id>', 're-score')
    .option('--wait', 'wait until everything has a result; exit status 1 if something failed on our side')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('./commands/organise/rescore.js')).showRescore(id, options));

  add(rescore, 'diff', 'what it changes, entry by entry')
    .argument('<id>', 're-score')
    .addOption(new Option('--csv <file>', 'write the whole table there').conflicts('json'))
    .option('--force', 'replace an existing file')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('./commands/organise/rescore.js')).showDifferences(id, options),
    );

  add(rescore, 'promote', 'show it: for good, whole and at once')
    .argument('<id>', 're-score')
    .addOption(required('--changes <text>', 'which cells move and why, one line for readers'))
    .addOption(
      new Option('--unscored <n>', 'entries that get no new score, as the report counts them')
        .argParser(wholeNumber)
        .default(0),
    )
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('./commands/organise/rescore.js')).promoteRescore(id, options),
    );

  add(rescore, 'discard', 'end it unseen')
    .argument('<id>', 're-score')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('./commands/organise/rescore.js')).endRescore(id, 'discard', options),
    );

  add(rescore, 'cancel', 'end it unseen while it runs')
    .argument('<id>', 're-score')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('./commands/organise/rescore.js')).endRescore(id, 'cancel', options),
    );

  add(rescore, 'retry', 'try again what failed, and what an older evaluator scored')
    .argument('<id>', 're-score')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('./commands/organise/rescore.js')).retryRescore(id, options),
    );
}

const requiredOptions = new WeakSet<Option>();

/**
 * An option that must be given. Commander's own check comes before that for unknown options, so that a mistyped
 * `--refrence` would read "required option --reference": this one comes after it.
 */
function required(flags: string, description: string): Option {
  const option = new Option(flags, `${description} (required)`);
  requiredOptions.add(option);
  return option;
}

/** A subcommand that reports its errors like the program does. */
function add(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .copyInheritedSettings(parent)
    .allowExcessArguments(false)
    .hook('preAction', (_, command) => {
      const missing = command.options.find(
        (option) =>
          requiredOptions.has(option) && command.getOptionValue(option.attributeName()) === undefined,
      );
      if (missing !== undefined) command.error(`required option '${missing.flags}' not specified`);
    });
}

const json = (): Option => new Option('--json', 'print JSON for programs');
const url = (): Option => new Option('--url <address>', 'the platform (default: SILLAGE_URL)');
const start = (text: string): Option => new Option('--start <day>', `${text}, like 2012-10-22`);
const end = (text: string): Option => new Option('--end <day>', `${text}, like 2012-12-02`);
const runtime = (): Option =>
  new Option('--runtime <name>', 'what executes the network')
    .choices(['auto', 'cpu', 'webgpu', 'tfjs'])
    .default('auto');
const threads = (): Option =>
  new Option('--threads <count>', 'worker threads').argParser(positiveInteger).default(DEFAULT_THREADS);

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Give a number above 0.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError('Give a whole number from 0.');
  return value;
}

function dayCount(text: string): number {
  const value = positiveInteger(text);
  if (value > 366) throw new InvalidArgumentError('A token lives 366 days at most.');
  return value;
}

function positiveInteger(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Give a whole number.');
  return value;
}
