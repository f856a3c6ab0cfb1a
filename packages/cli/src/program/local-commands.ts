import { Option, type Command } from 'commander';
import {
  add,
  end,
  json,
  positive,
  positiveInteger,
  required,
  runtime,
  start,
  threads,
  wholeNumber,
} from './options.js';

export function addScoringCommands(program: Command): void {
  add(program, 'inspect', 'what a NetCDF file holds and how the platform reads it')
    .argument('<file>', 'NetCDF file')
    .option('--variable <name>', 'look at this variable as the height')
    .addOption(json())
    .action(async (file, options) => (await import('../commands/local/inspect.js')).inspect(file, options));

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
    .action(async (file, options) => (await import('../commands/local/check.js')).check(file, options));

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
      if (options.track === undefined) await (await import('../commands/local/score.js')).score(options);
      else await (await import('../commands/local/score-along-track.js')).scoreTrack(options);
    });
}

export function addDataCommands(program: Command): void {
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
    .action(async (options) => (await import('../commands/local/map-by-oi.js')).mapByOi(options));

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
    .action(async (options) => (await import('../commands/local/simulate.js')).simulate(options));

  add(program, 'simulate-ocean', 'write days of the synthetic ocean, e.g. to train on')
    .addOption(required('--area <id>', 'which part of it').choices(['gf', 'osmosis', 'natl']))
    .addOption(required('--start <day>', 'first UTC day, 2012-10-01 or later; the days before it run unseen'))
    .addOption(required('--days <count>', 'how many days').argParser(positiveInteger))
    .option('--sst', 'also its surface temperature')
    .option('--spacing <degrees>', 'grid step (default: 0.05; natl 0.2)', positive)
    .option('--scored-nodes', 'only the nodes that are scored, without the margin around them')
    .addOption(required('--out <file>', 'NetCDF file to write (variables sossheig and sst)'))
    .action(async (options) => (await import('../commands/local/simulate-ocean.js')).simulateOcean(options));
}

export function addNetworkCommands(program: Command): void {
  const checkpoint = add(program, 'checkpoint', 'trained networks: what they are, and what they compute');

  add(checkpoint, 'inspect', 'which network a file holds, what it needs, and what it costs to run')
    .argument('<file>', 'PyTorch checkpoint, safetensors or ONNX; nothing of it is executed')
    .option('--manifest <file>', 'manifest.yaml or .hydra/config.yaml: says what it costs')
    .option('--template', 'print a manifest with what is known, to fill in')
    .addOption(runtime())
    .addOption(json())
    .action(async (file, options) =>
      (await import('../commands/networks/checkpoint-inspect.js')).inspectCheckpoint(file, options),
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
      (await import('../commands/networks/checkpoint-run.js')).runCheckpoint(options),
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
      (await import('../commands/networks/checkpoint-search.js')).searchCheckpoint(options),
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
    .action(async (options) => (await import('../commands/networks/predict.js')).predict(options));
}
