import { Option, type Command } from 'commander';
import { add, end, json, positive, required, start, threads, url, wholeNumber } from './options.js';

export function addChallengeCommands(program: Command): void {
  const challenge = add(program, 'challenge', 'challenges and their data');

  add(challenge, 'list', 'the challenges of a platform')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/platform/challenge.js')).listChallenges(options));

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
      (await import('../commands/local/check-dataset.js')).checkDataset(folder, options),
    );

  add(challenge, 'references', 'score again, or compute again, what the references lack (organisers)')
    .argument('<id>', 'challenge')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/platform/challenge.js')).enterReferences(id, options),
    );

  add(challenge, 'download', 'fetch the data files of a challenge')
    .argument('<id>', 'challenge')
    .addOption(url())
    .option('--out <folder>', 'folder to write to (default: the name of the challenge)')
    .option('--force', 'replace existing files')
    .action(async (id, options) =>
      (await import('../commands/platform/challenge.js')).downloadFiles(id, options),
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
      (await import('../commands/local/import-challenge.js')).importFromFile(options),
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
      (await import('../commands/local/import-natl60.js')).importNatl60Files(options),
    );

  add(challenge, 'register', 'upload a challenge folder to a platform (organisers)')
    .argument('<folder>', 'folder with challenge.yaml and its data')
    .addOption(url())
    .addOption(json())
    .action(async (folder, options) =>
      (await import('../commands/platform/challenge.js')).registerFolder(folder, options),
    );
}

export function addDraftCommands(program: Command): void {
  const draft = add(program, 'draft', 'dataset versions that are being written (organisers)');

  add(draft, 'list', 'the drafts of a platform')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/draft.js')).listDrafts(options));

  add(draft, 'create', 'start a draft: blank, from a dataset version, or of a challenge folder')
    .option('--from <challenge@version>', 'copy this version, with its files, under the next number')
    .option(
      '--folder <folder>',
      'folder with challenge.yaml and its data; with --from, in the place of its content',
    )
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/draft.js')).createDraft(options));

  add(draft, 'show', 'files, problems and report of a draft')
    .argument('<id>', 'draft')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('../commands/organise/draft.js')).showDraft(id, options));

  add(draft, 'get', 'the definition of a draft as YAML, to be edited')
    .argument('<id>', 'draft')
    .option('--out <file>', 'file to write (default: print it)')
    .option('--force', 'replace an existing file')
    .addOption(url())
    .action(async (id, options) =>
      (await import('../commands/organise/draft.js')).getDefinition(id, options),
    );

  add(draft, 'set', 'give the edited definition back')
    .argument('<id>', 'draft')
    .argument('<file>', 'YAML file, as `draft get` writes it')
    .addOption(url())
    .addOption(json())
    .action(async (id, file, options) =>
      (await import('../commands/organise/draft.js')).setDefinition(id, file, options),
    );

  add(draft, 'add-file', 'add files to a draft; one of the same name is replaced')
    .argument('<id>', 'draft')
    .argument('[files...]', 'files to upload')
    .option('--as <name>', 'under this name')
    .option('--server <name>', 'instead of an upload: a file in the folder of incoming files on the server')
    .addOption(url())
    .addOption(json())
    .action(async (id, files, options) =>
      (await import('../commands/organise/draft.js')).addFiles(id, files, options),
    );

  add(draft, 'server-files', 'the files that lie in the folder of incoming files on the server')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/draft.js')).listServerFiles(options));

  add(draft, 'remove-file', 'take a file out of a draft')
    .argument('<id>', 'draft')
    .argument('<name>', 'file')
    .addOption(url())
    .addOption(json())
    .action(async (id, name, options) =>
      (await import('../commands/organise/draft.js')).removeFile(id, name, options),
    );

  add(draft, 'inspect', 'have an evaluator read every file of a draft')
    .argument('<id>', 'draft')
    .option('--wait', 'wait for the report; exit status 1 if it has errors')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('../commands/organise/draft.js')).inspectDraft(id, options));

  add(draft, 'validate', 'freeze a draft as a dataset version that organisers alone see')
    .argument('<id>', 'draft')
    .addOption(required('--changes <text>', 'what is new, one line'))
    .option('--accept <codes>', 'warnings that you have read and accept, separated by commas')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/organise/draft.js')).validateDraft(id, options),
    );

  add(draft, 'delete', 'delete a draft')
    .argument('<id>', 'draft')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('../commands/organise/draft.js')).deleteDraft(id, options));
}

export function addDatasetCommands(program: Command): void {
  const dataset = add(program, 'dataset', 'dataset versions of a challenge (organisers)');

  add(dataset, 'versions', 'every version, also those that are not public')
    .argument('<challenge>', 'challenge')
    .addOption(url())
    .addOption(json())
    .action(async (challenge, options) =>
      (await import('../commands/platform/dataset.js')).listVersions(challenge, options),
    );

  add(dataset, 'publish', 'make a validated or an older version the one that is scored on')
    .argument('<challenge@version>', 'like demo-osse@1.0.1')
    .option('--changes <text>', 'what is new, one line (default: as it was validated)')
    .addOption(url())
    .addOption(json())
    .action(async (name, options) =>
      (await import('../commands/platform/dataset.js')).publishVersion(name, options),
    );

  add(dataset, 'retire', 'take a version out of the choice; its scores stay')
    .argument('<challenge@version>', 'like demo-osse@1.0.0')
    .addOption(url())
    .addOption(json())
    .action(async (name, options) =>
      (await import('../commands/platform/dataset.js')).retireVersion(name, options),
    );
}
