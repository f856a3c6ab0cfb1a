import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import {
  idSchema,
  notificationKindSchema,
  notificationListSchema,
  preferenceListSchema,
  preferenceSchema,
  type NotificationKind,
  type NotificationList,
  type Preference,
  type PreferenceList,
} from '@sillage/contracts';
import { z } from 'zod';
import type { Account } from '../identity/domain/account.js';
import { Access, CurrentAccount, Scope } from '../http/access.js';
import { Describe } from '../http/describe.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { InboxService } from './inbox.service.js';

const changeSchema = z.strictObject({ preferences: z.array(preferenceSchema).min(1).max(20) });

@Controller()
@Scope('account')
export class InboxController {
  constructor(private readonly inbox: InboxService) {}

  @Get('notifications')
  @Scope('read')
  @Describe({
    tag: 'notifications',
    summary: 'Read your notifications',
    description: 'The newest hundred, and how many of all are unread.',
    reply: notificationListSchema,
  })
  async list(@CurrentAccount() account: Account): Promise<NotificationList> {
    const [notifications, unreadCount] = await Promise.all([
      this.inbox.list(account),
      this.inbox.countUnread(account),
    ]);
    return {
      unreadCount,
      notifications: notifications.map(({ id, kind, title, body, path, createdAt, readAt }) => ({
        id,
        kind,
        title,
        body,
        path,
        createdAt: createdAt.toISOString(),
        isRead: readAt !== null,
      })),
    };
  }

  @Post('notifications/read')
  @HttpCode(204)
  @Describe({
    tag: 'notifications',
    summary: 'Mark all as read',
    description: 'Every notification of yours.',
    status: 204,
  })
  async readAll(@CurrentAccount() account: Account): Promise<void> {
    await this.inbox.markRead(account, null);
  }

  @Post('notifications/:id/read')
  @HttpCode(204)
  @Describe({
    tag: 'notifications',
    summary: 'Mark one as read',
    description: 'One of yours; any other id changes nothing.',
    status: 204,
  })
  async read(
    @CurrentAccount() account: Account,
    @Param('id', new ZodPipe(idSchema)) id: string,
  ): Promise<void> {
    await this.inbox.markRead(account, id);
  }

  @Get('notification-preferences')
  @Scope('read')
  @Describe({
    tag: 'notifications',
    summary: 'What you are told, and how',
    description: 'For each kind: in the app, by mail. Mails go to verified addresses only.',
    reply: preferenceListSchema,
  })
  preferences(@CurrentAccount() account: Account): Promise<PreferenceList> {
    return this.inbox.preferences(account);
  }

  @Put('notification-preferences')
  @Describe({
    tag: 'notifications',
    summary: 'Choose what you are told',
    description: 'Kinds that are left out stay as they are.',
    body: changeSchema,
    reply: preferenceListSchema,
    errors: ['invalid-request'],
  })
  setPreferences(
    @CurrentAccount() account: Account,
    @Body(new ZodPipe(changeSchema)) { preferences }: { preferences: Preference[] },
  ): Promise<PreferenceList> {
    return this.inbox.setPreferences(account, preferences);
  }

  /** Without a session: mail programs call it themselves (RFC 8058). A GET, as link scanners send it, changes nothing. */
  @Post('unsubscriptions/:secret/:kind')
  @HttpCode(204)
  @Access('anyone')
  @RateLimit('auth')
  @Describe({
    tag: 'notifications',
    summary: 'Stop the mails of one kind',
    description: 'By the link of a mail. The answer is the same for links that nobody has.',
    status: 204,
    errors: ['too-many-requests'],
  })
  async stopMails(
    @Param('secret', new ZodPipe(idSchema)) secret: string,
    @Param('kind', new ZodPipe(notificationKindSchema)) kind: NotificationKind,
  ): Promise<void> {
    await this.inbox.stopMails(secret, kind);
  }
}
