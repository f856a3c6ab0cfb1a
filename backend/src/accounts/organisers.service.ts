import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { DomainError } from '../errors/domain-error.js';
import { MailService } from '../mail/mail.service.js';
import { Transactions } from '../transactions/transactions.js';
import { AccountsRepository } from './accounts.repository.js';
import { BUILT_IN_ORGANISER_EMAIL, type Account } from '../identity/domain/account.js';

/** Who is an organiser. The first one is built in and known by its token; it makes others of the accounts that there are. */
@Injectable()
export class OrganisersService {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly transactions: Transactions,
  ) {}

  list(): Promise<Account[]> {
    return this.accounts.listOrganisers();
  }

  /** Twice is the same as once. Where mails are sent the address must be confirmed: anybody can register with any address. */
  async add(actor: Account, email: string): Promise<Account> {
    const known = await this.accounts.findByEmail(email);
    if (known === null)
      throw new DomainError('account-not-found', `There is no account with the address ${email}.`, {
        fix: 'Let its owner sign up first, then try again.',
      });
    const { account } = known;
    if (account.role === 'organiser') return account;
    if (this.mail.isOn && !account.isEmailVerified)
      throw new DomainError(
        'not-allowed',
        `The address ${email} is not confirmed: anybody may have registered with it.`,
        {
          fix: 'Its owner opens the link that was mailed to it, or asks for a new one on the account page.',
        },
      );
    await this.transactions.run(async () => {
      await this.accounts.setRole(account.id, 'organiser');
      await this.#log(actor, account, `${account.displayName} became an organiser.`);
    });
    return { ...account, role: 'organiser' };
  }

  async remove(actor: Account, id: string): Promise<void> {
    const account = await this.accounts.findById(id);
    if (account === null || account.role !== 'organiser')
      throw new DomainError('account-not-found', 'There is no such organiser.');
    if (account.email === BUILT_IN_ORGANISER_EMAIL)
      throw new DomainError('not-allowed', 'The built-in organiser stays.', {
        fix: 'Start the platform without SILLAGE_ORGANISER_TOKEN, or with another one, to end its token.',
      });
    await this.transactions.run(async () => {
      await this.accounts.setRole(id, 'participant');
      await this.#log(actor, account, `${account.displayName} is no organiser any more.`);
    });
  }

  #log(actor: Account, account: Account, summary: string): Promise<void> {
    return this.audit.record({
      actor,
      action: 'account.role',
      subject: { kind: 'account', id: account.id },
      summary,
      details: { email: account.email },
    });
  }
}
