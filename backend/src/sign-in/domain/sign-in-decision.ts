/** What another site says about somebody. */
export type Identity = {
  issuer: string;
  subject: string;
  name: string;
  /** Only where the site says that it verified the address. */
  verifiedEmail: string | null;
};

export type SignInDecision =
  | { kind: 'sign-in'; accountId: string }
  | { kind: 'link'; accountId: string }
  | { kind: 'create'; email: string | null }
  | { kind: 'refuse'; reason: 'identity-taken' | 'email-taken' };

/**
 * Whose account it is. An identity is added to an account only by whoever is signed in to it, or where both sides verified the
 * same address: an address that somebody merely typed here must not receive the owner of that address, nor the other way round.
 *
 * @param situation - `linkTo`: the signed-in account that asked for the link; `known`: the account that has the identity already;
 *   `sameEmail`: the account with the verified address of the identity.
 */
export function decideSignIn(situation: {
  identity: Identity;
  linkTo: string | null;
  known: string | null;
  sameEmail: { accountId: string; isEmailVerified: boolean } | null;
}): SignInDecision {
  const { identity, linkTo, known, sameEmail } = situation;
  if (linkTo !== null) {
    if (known !== null && known !== linkTo) return { kind: 'refuse', reason: 'identity-taken' };
    return { kind: known === null ? 'link' : 'sign-in', accountId: linkTo };
  }
  if (known !== null) return { kind: 'sign-in', accountId: known };
  if (identity.verifiedEmail !== null && sameEmail !== null) {
    return sameEmail.isEmailVerified
      ? { kind: 'link', accountId: sameEmail.accountId }
      : { kind: 'refuse', reason: 'email-taken' };
  }
  return { kind: 'create', email: identity.verifiedEmail };
}
