import { Option, type Command } from 'commander';
import { add, json, positiveInteger, required, url, wholeNumber } from './options.js';

export function addOrganiserCommands(program: Command): void {
  const organiser = add(program, 'organiser', 'who may organise on a platform (organisers)');

  add(organiser, 'list', 'the organisers')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/organiser.js')).listOrganisers(options));

  add(organiser, 'add', "make an account an organiser's")
    .argument('<address>', 'its e-mail address')
    .addOption(url())
    .addOption(json())
    .action(async (address, options) =>
      (await import('../commands/organise/organiser.js')).addOrganiser(address, options),
    );

  add(organiser, 'remove', "make an account a participant's again")
    .argument('<address>', 'its e-mail address')
    .addOption(url())
    .addOption(json())
    .action(async (address, options) =>
      (await import('../commands/organise/organiser.js')).removeOrganiser(address, options),
    );
}

export function addAdminCommands(program: Command): void {
  const admin = add(program, 'admin', 'looking after a platform (organisers)');

  add(admin, 'health', 'evaluators, queue, failures, and what needs attention')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/admin.js')).adminHealth(options));

  add(admin, 'storage', 'what lies in the object store, by what it is, and what nothing refers to')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/admin.js')).adminStorage(options));

  add(admin, 'collect', 'remove objects that nothing refers to and that are older than the grace period')
    .addOption(url())
    .option('--dry-run', 'say what would be removed, remove nothing')
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/admin.js')).adminCollect(options));

  add(admin, 'backup', 'all of the platform of this machine into a new folder, while it runs')
    .argument('<folder>', 'a folder that does not exist yet')
    .action(async (folder) => (await import('../commands/organise/backup.js')).adminBackup(folder));

  add(admin, 'restore', 'make a platform on this machine, in an empty SILLAGE_HOME, out of a backup')
    .argument('<folder>', 'what backup wrote')
    .action(async (folder) => (await import('../commands/organise/backup.js')).adminRestore(folder));

  add(admin, 'retry', 'try again what failed on our side')
    .argument('<id>', 'evaluation')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) => (await import('../commands/organise/admin.js')).adminRetry(id, options));

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
    .action(async (options) => (await import('../commands/organise/admin.js')).adminAudit(options));

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
    .action(async (options) => (await import('../commands/organise/admin.js')).adminSubmissions(options));

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
        (await import('../commands/organise/admin.js')).moderate(id, action, options),
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
      (await import('../commands/organise/admin.js')).adminSettings(challenge, options),
    );

  add(admin, 'quota', 'what an account or a team may still submit, and how it came to that')
    .argument('<challenge>', 'challenge')
    .addOption(url())
    .option('--account <address>', 'of the account with this address')
    .addOption(new Option('--team <name>', 'of this team').conflicts('account'))
    .addOption(json())
    .action(async (challenge, options) =>
      (await import('../commands/organise/admin.js')).adminQuota(challenge, options),
    );
}

export function addRescoreCommands(program: Command): void {
  const rescore = add(program, 'rescore', 'score everything again, out of sight (organisers)');

  add(rescore, 'start', 'on a validated version, or on the current one by a newer evaluator')
    .argument('<challenge[@version]>', 'like demo-osse@1.1.0')
    .option('--wait', 'wait until everything has a result; exit status 1 if something failed on our side')
    .addOption(url())
    .addOption(json())
    .action(async (name, options) =>
      (await import('../commands/organise/rescore.js')).startRescore(name, options),
    );

  add(rescore, 'list', 'the re-scores of a platform, newest first')
    .option('--challenge <id>', 'only of this challenge')
    .addOption(url())
    .addOption(json())
    .action(async (options) => (await import('../commands/organise/rescore.js')).listRescores(options));

  add(rescore, 'status', 'how far it is')
    .argument('<id>', 're-score')
    .option('--wait', 'wait until everything has a result; exit status 1 if something failed on our side')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/organise/rescore.js')).showRescore(id, options),
    );

  add(rescore, 'diff', 'what it changes, entry by entry')
    .argument('<id>', 're-score')
    .addOption(new Option('--csv <file>', 'write the whole table there').conflicts('json'))
    .option('--force', 'replace an existing file')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/organise/rescore.js')).showDifferences(id, options),
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
      (await import('../commands/organise/rescore.js')).promoteRescore(id, options),
    );

  add(rescore, 'discard', 'end it unseen')
    .argument('<id>', 're-score')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/organise/rescore.js')).endRescore(id, 'discard', options),
    );

  add(rescore, 'cancel', 'end it unseen while it runs')
    .argument('<id>', 're-score')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/organise/rescore.js')).endRescore(id, 'cancel', options),
    );

  add(rescore, 'retry', 'try again what failed, and what an older evaluator scored')
    .argument('<id>', 're-score')
    .addOption(url())
    .addOption(json())
    .action(async (id, options) =>
      (await import('../commands/organise/rescore.js')).retryRescore(id, options),
    );
}
