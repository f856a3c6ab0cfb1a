import { createApiClient } from '../../api/api-client.js';
import { submissionId } from '../../api/ids.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson } from '../../terminal/output.js';
import { requireScores, submissionText, waitForSubmission } from './follow-submission.js';

export async function status(
  id: string,
  options: { url?: string; wait?: boolean; json?: boolean },
): Promise<void> {
  const server = serverSettings(options, process.env);
  const client = createApiClient(server);
  const submission =
    options.wait === true
      ? await waitForSubmission(client, submissionId(id))
      : await client.submission(submissionId(id));
  if (options.json === true) printJson(submission);
  else print(submissionText(submission, server.url));
  if (options.wait === true) requireScores([submission]);
}
