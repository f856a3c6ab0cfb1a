'use client';

import type { CreatedInvitation, TeamView } from '@sillage/contracts';
import { useState, type FormEvent } from 'react';
import { CopyButton } from '../../components/copy-button';
import { controlClass, Field } from '../../components/forms/form';
import { Notice } from '../../components/notice';
import { useIsInteractive } from '../../components/use-is-interactive';
import { browserGateway } from '../../lib/api/browser-gateway';
import { formFaultOf, type FormFault } from '../../lib/api/form-fault';
import { formatDay } from '../../lib/format-time';
import styles from './team-panel.module.css';

/** The teams of somebody: who is in, who is invited, and the ways in and out. */
export function TeamPanel({ initial, accountId }: { initial: TeamView[]; accountId: string }) {
  const [teams, setTeams] = useState(initial);
  const [created, setCreated] = useState<(CreatedInvitation & { team: string }) | null>(null);
  const [fault, setFault] = useState<FormFault | null>(null);
  const [status, setStatus] = useState('');
  const isInteractive = useIsInteractive();

  const replace = (team: TeamView) =>
    setTeams((current) => current.map((other) => (other.id === team.id ? team : other)));

  async function attempt(said: string, work: () => Promise<void>) {
    setFault(null);
    setStatus('');
    try {
      await work();
      setStatus(said);
    } catch (error) {
      setFault(formFaultOf(error));
    }
  }

  function create(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const name = String(new FormData(form).get('name') ?? '').trim();
    void attempt(`The team ${name} was made.`, async () => {
      const team = await browserGateway.createTeam(name);
      setTeams((current) => [...current, team]);
      form.reset();
    });
  }

  function invite(event: FormEvent<HTMLFormElement>, team: TeamView) {
    event.preventDefault();
    const form = event.currentTarget;
    const email = String(new FormData(form).get('email') ?? '').trim();
    void attempt('An invitation was made.', async () => {
      const invitation = await browserGateway.inviteToTeam(team.id, {
        email: email === '' ? null : email,
        role: 'member',
      });
      setCreated({ ...invitation, team: team.id });
      replace({ ...team, invitations: [...team.invitations, invitation] });
      form.reset();
    });
  }

  const takeBack = (team: TeamView, id: string) =>
    void attempt('The invitation was taken back.', async () => {
      await browserGateway.takeInvitationBack(team.id, id);
      replace({ ...team, invitations: team.invitations.filter((other) => other.id !== id) });
      setCreated((current) => (current?.id === id ? null : current));
    });

  const remove = (team: TeamView, member: TeamView['members'][number]) =>
    void attempt(
      member.accountId === accountId ? `You left ${team.name}.` : `${member.name} is out.`,
      async () => {
        await browserGateway.removeFromTeam(team.id, member.accountId);
        if (member.accountId === accountId)
          setTeams((current) => current.filter((other) => other.id !== team.id));
        else
          replace({
            ...team,
            members: team.members.filter((other) => other.accountId !== member.accountId),
          });
      },
    );

  const setRole = (team: TeamView, member: TeamView['members'][number]) =>
    void attempt(`The role of ${member.name} was changed.`, async () =>
      replace(
        await browserGateway.setTeamRole(
          team.id,
          member.accountId,
          member.role === 'owner' ? 'member' : 'owner',
        ),
      ),
    );

  return (
    <section aria-labelledby="teams" className={styles.section}>
      <h2 id="teams">Teams</h2>
      <p className="muted small">
        What you submit in the name of a team stands on the boards under its name; all members see it. Members
        are shown on its pages.
      </p>
      <p role="status" className="small">
        {status}
      </p>
      {fault === null ? null : (
        <Notice tone="danger" title={fault.title} announce>
          {fault.text === '' ? null : <p>{fault.text}</p>}
        </Notice>
      )}
      {teams.map((team) => (
        <article key={team.id} className={styles.card} aria-label={team.name}>
          <h3>{team.name}</h3>
          <ul className={styles.list}>
            {team.members.map((member) => {
              const isMe = member.accountId === accountId;
              return (
                <li key={member.accountId} className={styles.row}>
                  <span>
                    {member.name}
                    {isMe ? ' (you)' : ''} <span className="muted small">{member.role}</span>
                  </span>
                  <span className={styles.actions}>
                    {team.role === 'owner' ? (
                      <button
                        type="button"
                        className="button button-small"
                        onClick={() => setRole(team, member)}
                        aria-label={`Make ${member.name} ${member.role === 'owner' ? 'a member' : 'an owner'} of ${team.name}`}
                      >
                        Make {member.role === 'owner' ? 'a member' : 'an owner'}
                      </button>
                    ) : null}
                    {isMe || team.role === 'owner' ? (
                      <button
                        type="button"
                        className="button button-small button-danger"
                        onClick={() => remove(team, member)}
                        aria-label={isMe ? `Leave ${team.name}` : `Take ${member.name} out of ${team.name}`}
                      >
                        {isMe ? 'Leave' : 'Take out'}
                      </button>
                    ) : null}
                  </span>
                </li>
              );
            })}
            {team.invitations.map((invitation) => (
              <li key={invitation.id} className={styles.row}>
                <span>
                  Invitation{invitation.email === null ? ' by link' : ` for ${invitation.email}`}{' '}
                  <span className="muted small">until {formatDay(new Date(invitation.expiresAt))}</span>
                </span>
                <button
                  type="button"
                  className="button button-small"
                  onClick={() => takeBack(team, invitation.id)}
                >
                  Take back
                </button>
              </li>
            ))}
          </ul>
          {created?.team === team.id ? (
            <Notice tone="good" title="Send this link to whom you invite: it is not shown again" announce>
              <p className={styles.link}>
                <code data-testid="invitation-link">{created.link}</code>
                <CopyButton text={created.link} label="the link" />
              </p>
              <p>
                It works once, for seven days.
                {created.isMailed ? ` It was also mailed to ${created.email ?? ''}.` : ''}
              </p>
            </Notice>
          ) : null}
          {team.role === 'owner' ? (
            <form
              onSubmit={(event) => invite(event, team)}
              className={styles.inline}
              aria-label={`Invite somebody to ${team.name}`}
            >
              <Field id={`invite-${team.id}`} label="Invite by e-mail" isOptional>
                {(described) => (
                  <input
                    {...described}
                    name="email"
                    type="email"
                    maxLength={254}
                    placeholder="or leave it empty for a link"
                    className={controlClass}
                  />
                )}
              </Field>
              <button type="submit" className="button" disabled={!isInteractive}>
                Invite
              </button>
            </form>
          ) : null}
        </article>
      ))}
      <form onSubmit={create} className={styles.inline} aria-label="Make a team">
        <Field id="team-name" label="Name of a new team" error={fault?.fields['name']}>
          {(described) => (
            <input
              {...described}
              name="name"
              required
              minLength={2}
              maxLength={80}
              className={controlClass}
            />
          )}
        </Field>
        <button type="submit" className="button" disabled={!isInteractive}>
          Make a team
        </button>
      </form>
    </section>
  );
}
