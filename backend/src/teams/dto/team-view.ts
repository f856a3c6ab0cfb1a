import type { InvitationView, TeamView } from '@sillage/contracts';
import type { Invitation } from '../teams.repository.js';
import type { TeamDetails } from '../teams.service.js';

export function toInvitationView({ id, email, role, expiresAt }: Invitation): InvitationView {
  return { id, email, role, expiresAt: expiresAt.toISOString() };
}

export function toTeamView({ team, role, invitations }: TeamDetails): TeamView {
  return {
    id: team.id,
    name: team.name,
    role,
    members: team.members,
    invitations: invitations.map(toInvitationView),
  };
}
