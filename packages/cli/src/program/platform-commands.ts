import { Option, type Command } from 'commander';
import { add, dayCount, json, required, threads, url } from './options.js';

export function addPlatformCommands(program: Command): void {
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
    .action(async (options) => (await import('../commands/platform/login.js')).login(options));

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
    .action(async (file, options) => (await import('../commands/platform/submit.js')).submit(file, options));

  add(program, 'status', 'state and scores of a submission')
    .argument('<id>', 'submission')
    .addOption(url())
    .option('--wait', 'wait for the scores; exit status 1 unless every task is scored')
    .addOption(json())
    .action(async (id, options) => (await import('../commands/platform/status.js')).status(id, options));

  add(program, 'withdraw', 'take a submission off every board, for good; its page stays and says so')
    .argument('<id>', 'submission')
    .addOption(url())
    .option('--reason <text>', 'why; shown on its page')
    .addOption(json())
    .action(async (id, options) => (await import('../commands/platform/withdraw.js')).withdraw(id, options));
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
    .action(async (id, options) => (await import('../commands/platform/stress.js')).stress(id, options));

  add(stressed, 'cancel', 'end stress runs that are not scored yet, also while they run')
    .argument('<id>', 'submission')
    .addOption(url())
    .option('--runs <ids>', 'ids of runs as --show --json lists them; default: every open run')
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/platform/stress.js')).cancelStress(id, options),
    );

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
    .action(async (id, options) => (await import('../commands/platform/download.js')).download(id, options));

  add(program, 'verify', 'check a receipt: signature, files, and the scores by computing them again')
    .argument('<receipt>', 'receipt.json of a submission')
    .argument('[map]', 'the submitted maps or scored.nc (default: what the platform shows)')
    .option('--url <url>', 'platform whose key signed it (default: the one that the receipt names)')
    .option('--key <base64url>', 'public key to trust instead of asking the platform')
    .option('--reference <file>', 'truth or withheld track (default: downloaded)')
    .option('--no-recompute', 'check signature and files only')
    .addOption(threads())
    .action(async (receipt, map, options) =>
      (await import('../commands/platform/verify.js')).verify(receipt, map, options),
    );

  add(program, 'snapshot', 'every public score of a challenge in one zip that outlives the site')
    .argument('<challenge>', 'challenge')
    .addOption(url())
    .option('--out <path>', 'file or folder to write to (default: here)')
    .option('--force', 'replace an existing file')
    .action(async (challenge, options) =>
      (await import('../commands/platform/snapshot.js')).snapshot(challenge, options),
    );

  add(program, 'board', 'the leaderboard of a task')
    .addOption(url())
    .addOption(required('--challenge <id>', 'challenge'))
    .option('--area <id>', 'area of the task')
    .option('--scenario <id>', 'scenario of the task')
    .addOption(new Option('--csv', 'unrounded, as CSV').conflicts('json'))
    .addOption(json())
    .action(async (options) => (await import('../commands/platform/board.js')).board(options));
}
