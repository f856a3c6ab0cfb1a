import { ApiClient } from '../../api/api-client.js';
import { serverSettings } from '../../settings/settings.js';
import { print, printJson } from '../../terminal/output.js';
import { requireScores, submissionText, waitForSubmission } from './follow-submission.js';

export async function status(
  id: string,
  options: { url?: string; wait?: boolean; json?: boolean },
): Promise<void> {
  const server = serverSettings(options, process.env);
  const client = new ApiClient(server);
  const submission =
    options.wait === true ? await waitForSubmission(client, id) : await client.submission(id);
  if (options.json === true) printJson(submission);
  else print(submissionText(submission, server.url));
  if (options.wait === true) requireScores([submission]);
}
