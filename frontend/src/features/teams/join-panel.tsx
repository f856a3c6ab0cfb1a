'use client';

import type { InvitationOffer } from '@sillage/contracts';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { Notice } from '../../components/notice';
import { useLinkSecret } from '../../components/use-link-secret';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatDay } from '../../lib/format-time';
import { paths } from '../../lib/paths';

/** Kept in this window only, so that whoever has to sign in first comes back to the invitation. */
const KEPT = 'sillage-invitation';

export function JoinPanel({ isSignedIn }: { isSignedIn: boolean }) {
  const inLink = useLinkSecret();
  const [secret, setSecret] = useState<string | null>(null);
  const [offer, setOffer] = useState<InvitationOffer | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [joined, setJoined] = useState<string | null>(null);

  useEffect(() => {
    if (inLink === null) return;
    if (inLink !== '') window.sessionStorage.setItem(KEPT, inLink);
    setSecret(window.sessionStorage.getItem(KEPT) ?? '');
  }, [inLink]);
  useEffect(() => {
    if (secret === null || secret === '') return;
    browserGateway
      .lookAtInvitation(secret)
      .then(setOffer)
      .catch((error: unknown) => setFault(formFaultOf(error)));
  }, [secret]);

  async function join() {
    setFault(null);
    try {
      const team = await browserGateway.acceptInvitation(secret ?? '');
      window.sessionStorage.removeItem(KEPT);
      setJoined(team.name);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  if (joined !== null)
    return (
      <Notice tone="good" title={`You are in the team ${joined}`} announce>
        <p>
          You can submit in its name now. <Link href={`${paths.account}#teams`}>Your teams</Link>
        </p>
      </Notice>
    );
  return (
    <div style={{ display: 'grid', gap: '1rem' }}>
      {secret === '' ? <Notice tone="warning" title="This address holds no invitation: open the whole link" /> : null}
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {offer === null ? null : (
        <>
          <p>
            {offer.invitedBy} invites you to the team <strong>{offer.team}</strong> as{' '}
            {offer.role === 'owner' ? 'an owner' : 'a member'}. Your name will be shown on its pages. The
            invitation ends on {formatDay(new Date(offer.expiresAt))}.
          </p>
          {isSignedIn ? (
            <p>
              <button type="button" className="button button-primary" onClick={() => void join()}>
                Join {offer.team}
              </button>
            </p>
          ) : (
            <p className="button-row">
              <Link className="button button-primary" href={paths.signIn(paths.joinTeam)}>
                Sign in to join
              </Link>
              <Link className="button" href={paths.signUp(paths.joinTeam)}>
                Create an account
              </Link>
            </p>
          )}
        </>
      )}
    </div>
  );
}
