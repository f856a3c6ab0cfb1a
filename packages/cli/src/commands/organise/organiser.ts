import { createApiClient } from '../../api/api-client.js';
import { CommandError } from '../../command-error.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson } from '../../terminal/output.js';
import { formatTable } from '../../terminal/table.js';

type Options = { url?: string; json?: boolean };

export async function listOrganisers(options: Options): Promise<void> {
  const organisers = await createApiClient(serverSettings(options, process.env)).organisers();
  if (options.json === true) printJson({ organisers });
  else
    print(
      formatTable(
        [
          { title: 'name', value: (account) => account.displayName },
          { title: 'address', value: (account) => account.email ?? '-' },
          { title: 'since', value: (account) => account.createdAt.slice(0, 10) },
        ],
        organisers,
      ),
    );
}

export async function addOrganiser(email: string, options: Options): Promise<void> {
  const account = await createApiClient(serverSettings(options, process.env)).addOrganiser(email);
  if (options.json === true) printJson(account);
  else print(`${account.displayName} (${account.email ?? email}) is an organiser`);
}

export async function removeOrganiser(email: string, options: Options): Promise<void> {
  const client = createApiClient(serverSettings(options, process.env));
  const account = (await client.organisers()).find(
    (organiser) => organiser.email?.toLowerCase() === email.trim().toLowerCase(),
  );
  if (account === undefined)
    throw new CommandError(
      `no organiser has the address ${email}; 'sillage organiser list' shows who is one`,
    );
  await client.removeOrganiser(account.id);
  if (options.json === true) printJson({ removed: account.id });
  else print(`${account.displayName} (${account.email ?? email}) is a participant again`);
}
