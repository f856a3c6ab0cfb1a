import { createApiClient } from '../../api/api-client.js';
import { submissionId } from '../../api/ids.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson } from '../../terminal/output.js';

export async function withdraw(
  id: string,
  options: { url?: string; reason?: string; json?: boolean },
): Promise<void> {
  const client = createApiClient(serverSettings(options, process.env));
  const submission = await client.withdrawSubmission(submissionId(id), options.reason ?? '');
  if (options.json === true) printJson(submission);
  else
    print(
      `${submission.card.name} was withdrawn from every board; ${client.server.url}/submissions/${submission.id} stays and says so`,
    );
}
