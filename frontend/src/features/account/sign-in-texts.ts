/** Why a sign-in elsewhere did not lead to an account, by the code in the address. */
const PROBLEMS: Partial<Record<string, string>> = {
  'sign-in-failed': 'The sign-in did not work. Begin again, in one browser window, and within ten minutes.',
  'email-taken':
    'There is an account with your e-mail address, which was not confirmed here. Choose a new password by mail or sign in with the old one, then add the other way to sign in on your account page.',
  'identity-taken': 'This identity belongs to another account here.',
  'provider-not-found': 'This platform does not have that way to sign in.',
  'provider-unavailable': 'The other site does not answer right now. Try again in a minute.',
  'too-many-requests': 'Too many attempts. Wait a minute.',
};

export function signInProblem(code: string | undefined): string | null {
  return code === undefined ? null : (PROBLEMS[code] ?? 'The sign-in did not work.');
}
